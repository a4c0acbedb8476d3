import type { NodeId } from '@orrery/api/id.ts'
import { expect, it } from 'vitest'
import { framesRead, resourcesOf, shareAt } from './heat-frames.ts'

const node = { id: 'n' as NodeId, name: 'n', site: 's', cpu: 0.5, memory: 1.2, gpu: null, fragment: null }
const curve = { seconds: [0, 60] }

it('reads frames as shares, with nothing where a node has none of it', () => {
  const frames = {
    seconds: [0, 60],
    frames: [btoa('\u0000\u007f\u00ff\u00ff'), btoa('\u00fe\u007f\u00ff\u00ff')],
  }
  const read = framesRead({ nodes: [node], frames, curve })
  expect(read.seconds).toEqual([0, 60])
  expect(shareAt(read.frames[1], 0, 'cpu')).toBe(1)
  expect(shareAt(read.frames[0], 0, 'memory')).toBe(0.5)
  expect(shareAt(read.frames[0], 0, 'gpu')).toBeNull()
  expect(resourcesOf(read)).toEqual(['cpu', 'memory'])
})

it('shows the end of a result that was kept without frames', () => {
  const read = framesRead({ nodes: [node], frames: { seconds: [], frames: [] }, curve })
  expect(read.seconds).toEqual([60])
  expect(shareAt(read.frames[0], 0, 'cpu')).toBe(0.5)
  expect(shareAt(read.frames[0], 0, 'memory')).toBe(1)
})
