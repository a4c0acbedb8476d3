import { join } from 'node:path'
import type { PolicyCreate } from '@orrery/api/policy.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Listener, json, listener } from '../testing/listener.ts'
import { type Terminal, terminal } from '../testing/terminal.ts'

const onnx = join(import.meta.dirname, '../../core/policy/network/fixtures/placement.onnx')
let server: Listener
let user: Terminal
beforeEach(async () => {
  server = await listener(({ body }) => json({ ...(JSON.parse(body) as PolicyCreate), id: 'the-id' }, 201))
  user = terminal({ ORRERY_URL: server.url, ORRERY_TOKEN: 'secret' })
})
afterEach(async () => {
  user.close()
  await server.close()
})

test('the network of an ONNX file is sent with its features', async () => {
  const { code, out, err } = await user.run(`policy add taught --onnx ${onnx} --mode approve`)
  expect([code, err, out]).toEqual([0, '', 'taught: placement.onnx, 14 features\n'])
  expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /api/v1/policies'])
  const sent = JSON.parse(server.asked[0]?.body ?? '') as PolicyCreate
  expect(sent).toMatchObject({ name: 'taught', algorithm: 'learned', mode: 'approve' })
  expect(sent.network?.features).toContain('node.gpusIdle')
  expect(sent.network?.layers.map(({ weights, biases }) => [weights.length, biases.length])).toEqual([
    [448, 32],
    [1024, 32],
    [32, 1],
  ])
})

test('a file that is no such network is refused before anything is sent', async () => {
  const { code, err } = await user.run(`policy add taught --onnx ${import.meta.filename}`)
  expect(code).not.toBe(0)
  expect(err).toMatch(/ONNX/)
  expect(server.asked).toEqual([])
})
