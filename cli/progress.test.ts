import { expect, test } from 'vitest'
import type { Io } from './io.ts'
import { progressLine } from './progress.ts'

function err(
  isTty: boolean,
  columns: number | null,
): { io: Io; text: () => string; pass: (ms: number) => void } {
  let text = ''
  let nowMs = 0
  const sink = { write: (part: string) => void (text += part), isTty, columns }
  const io = { err: sink, env: {}, now: () => nowMs } as unknown as Io
  return { io, text: () => text, pass: (ms) => (nowMs += ms) }
}

test('on a terminal two lines rewrite themselves and never wrap', () => {
  const { io, text } = err(true, 20)
  const line = progressLine(io, 'import', false)
  line.show({ done: 50, total: 100, note: 'trace time 2023-04-16' })
  line.show({ done: 100, total: 100, note: 'done' })
  line.end()
  const plain = text().replace(/\u001b\[[0-9;]*m/g, '')
  expect(plain).toBe(
    'import ████████████…\u001b[K\ntrace time 2023-04-…\u001b[K\r\u001b[1Aimport ████████████…\u001b[K\ndone\u001b[K\n',
  )
})

test('in a log there is a line every five seconds, without control characters', () => {
  const { io, text, pass } = err(false, null)
  const line = progressLine(io, 'import', false)
  for (let second = 0; second <= 10; second += 1) {
    line.show({ done: second * 10, total: 100, note: 'placing' })
    pass(1000)
  }
  line.end()
  expect(text().split('\n')).toEqual([
    'import ███░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  10%  10/100  placing',
    'import ███████████████████░░░░░░░░░░░░░  60%  60/100  placing',
    '',
  ])
  expect(text()).not.toContain('\u001b')
})

test('without a total there is a count; quiet is quiet', () => {
  const loud = err(false, null)
  progressLine(loud.io, 'import', false).show({ done: 7, total: null, note: '' })
  expect(loud.text()).toBe('import  7\n')
  const quiet = err(true, 80)
  const line = progressLine(quiet.io, 'import', true)
  line.show({ done: 7, total: 8, note: '' })
  line.end()
  expect(quiet.text()).toBe('')
})
