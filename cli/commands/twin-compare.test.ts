import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Terminal, terminal } from '../testing/terminal.ts'

/** Two nodes with two GPUs each. */
const nodes = `sn,cpu_milli,memory_mib,gpu,model
a,8000,16384,2,A
b,8000,16384,2,A
`
/** Two shares, a task that wants a whole node's GPUs, and one that comes late. Best fit keeps the shares together. */
const pods = `name,cpu_milli,memory_mib,num_gpu,gpu_milli,creation_time,deletion_time
share-1,1000,1024,1,500,0,100
share-2,1000,1024,1,500,10,100
whole,2000,2048,2,1000,20,80
late,1000,1024,1,1000,90,120
`

let user: Terminal
let files: string
const write = (name: string, text: string) => writeFileSync(join(user.configDir, name), text)
beforeEach(() => {
  user = terminal()
  files = `${join(user.configDir, 'nodes.csv')} ${join(user.configDir, 'pods.csv')}`
  write('nodes.csv', nodes)
  write('pods.csv', pods)
})
afterEach(() => user.close())

test('policies stand side by side, the best of a row with a star', async () => {
  const { code, out } = await user.run(
    `twin compare openb ${files} --policy best-fit --policy worst-fit --reject --quiet --json`,
  )
  expect(code).toBe(0)
  const { results } = JSON.parse(out) as {
    results: { policy: string; placed: number; rejected: number; curve: { gpu: number[] } }[]
  }
  expect(results.map(({ policy, placed, rejected }) => [policy, placed, rejected])).toEqual([
    ['best-fit', 4, 0],
    ['worst-fit', 3, 1],
  ])
  expect(results[0]?.curve.gpu.slice(-2)).toEqual([0.25, 0])

  const shown = await user.run(`twin compare openb ${files} --policy best-fit,worst-fit --reject`)
  expect(shown.out).toContain('4 tasks in 2m of the trace’s time; seed 1\n')
  expect(shown.out).toMatch(/MEASURE +UNIT +BEST-FIT +WORST-FIT\n/)
  expect(shown.out).toMatch(/turned away +tasks +0 \* +1\n/)
})

test('what waits is placed when room comes back, and the wait is told', async () => {
  const { out } = await user.run(`twin compare openb ${files} --policy worst-fit`)
  expect(out).toMatch(/got a place +tasks +4\n/)
  expect(out).toMatch(/longest +time +1m 20s\n/)
})

test('a policy may be a sum of scores', async () => {
  const { code, out } = await user.run(
    `twin compare openb ${files} --policy best-fit*0.7+carbon*0.3,best-fit --reject`,
  )
  expect(code).toBe(0)
  expect(out).toMatch(/MEASURE +UNIT +BEST-FIT\*0\.7\+CARBON\*0\.3 +BEST-FIT\n/)
})

test('the same seeds give the same figures', async () => {
  const line = `twin compare openb ${files} --load 0.5 --seeds 3..4 --json`
  const [once, again] = [await user.run(line), await user.run(line)]
  expect(once.code).toBe(0)
  expect(again.out).toBe(once.out)
})

test.each<[string, number, string]>([
  ['--policy bestfit', 1, "there is no policy 'bestfit'"],
  ['--policy best-fit*0.7+luck', 1, 'there is no score "luck"; there are the scores best-fit, dot-product'],
  ['--seeds 5..1', 1, '--seeds must be whole numbers'],
  ['--load 0', 1, '--load must be a number above 0'],
  ['--load many', 1, '--load must be a number above 0'],
])('%s is refused', async (flags, code, message) => {
  const ran = await user.run(`twin compare openb ${files} ${flags}`)
  expect([ran.code, ran.out]).toEqual([code, ''])
  expect(ran.err).toContain(message)
})

test('a bad row is told by its file and line, and nothing is run', async () => {
  write('pods.csv', `${pods}odd,x,1,0,0,0,1\n`)
  const ran = await user.run(`twin compare openb ${files}`)
  expect([ran.code, ran.out]).toEqual([2, ''])
  expect(ran.err).toMatch(/pods\.csv:6: cpu_milli/)
  write('pods.csv', pods.split('\n')[0] ?? '')
  expect((await user.run(`twin compare openb ${files}`)).err).toMatch(/has no task/)
  expect((await user.run(`twin compare openb ${files}.gone`)).code).toBe(4)
})

test('a learned policy stands beside the others, called by its file', async () => {
  const onnx = join(import.meta.dirname, '../../core/policy/network/fixtures/placement.onnx')
  const { code, out } = await user.run(`twin compare openb ${files} --policy best-fit --policy onnx:${onnx}`)
  expect(code).toBe(0)
  expect(out).toMatch(/MEASURE +UNIT +BEST-FIT +PLACEMENT\n/)
  expect(out).toMatch(/got a place +tasks +4 +4\n/)

  const none = await user.run(`twin compare openb ${files} --policy onnx:${onnx}.none`)
  expect(none.err).toContain('there is no file')
  const wrong = await user.run(
    `twin compare openb ${files} --policy onnx:${join(user.configDir, 'pods.csv')}`,
  )
  expect(wrong.err).toContain('no ONNX model')
  copyFileSync(onnx, join(user.configDir, 'placement.onnx'))
  const copied = `onnx:${join(user.configDir, 'placement.onnx')}`
  const twice = await user.run(`twin compare openb ${files} --policy onnx:${onnx} --policy ${copied}`)
  expect(twice.err).toContain("two of the policies are called 'placement'")
})
