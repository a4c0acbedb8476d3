import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Terminal, terminal } from '../testing/terminal.ts'

const scenario = `name: small
horizon: 1h
policies: [best-fit, worst-fit]
nodes:
  - { name: node, count: 2, cpuCores: 4, memory: 8 GiB }
arrivals:
  - { task: web, runs: 30m, cpuCores: 1, memory: 1 GiB }
  - { poisson: job, perHour: 20, mix: [{ runs: 10m, cpuCores: 2, memory: 1 GiB }] }
events:
  - { at: 10m, fail: node-1 }
`
const swept = `${scenario}sweep:
  startUp: [0s, 30s]
`

let user: Terminal
let path: string
let out: string
beforeEach(() => {
  user = terminal()
  path = join(user.configDir, 'scenario.yaml')
  out = join(user.configDir, 'runs.ndjson')
  writeFileSync(path, scenario)
})
afterEach(() => user.close())

const lines = () => readFileSync(out, 'utf8').split('\n').slice(0, -1)

test('policies of the file stand side by side', async () => {
  const { code, out: shown } = await user.run(`twin run ${path}`)
  expect(code).toBe(0)
  expect(shown).toMatch(/^\d+ tasks in 1h of simulated time; seed 1\n/)
  expect(shown).toMatch(/MEASURE +UNIT +BEST-FIT +WORST-FIT\n/)
  expect(shown).toMatch(/lost their node +times +\d/)
})

test('all that happens is told when it is asked for', async () => {
  const { code, out: shown } = await user.run(`twin run ${path} --events --policy best-fit`)
  expect(code).toBe(0)
  expect(shown).toContain('small: best-fit, seed 1\n')
  expect(shown).toMatch(/^ +0s {2}web is placed on node-1$/m)
  expect(shown).toMatch(/^ +10m {2}web is lost with node-1$/m)
})

test('a sweep over threads gives what single runs give', async () => {
  writeFileSync(path, swept)
  const ran = await user.run(`twin run ${path} --seeds 1..2 --json --quiet`)
  expect(ran.code).toBe(0)
  const { runs } = JSON.parse(ran.out) as { runs: { policy: string; seed: number; parameters: object }[] }
  expect(runs).toHaveLength(8)
  writeFileSync(path, scenario.replace('horizon', 'startUp: 30s\nhorizon'))
  const alone = JSON.parse((await user.run(`twin run ${path} --policy worst-fit --seeds 2 --json`)).out) as {
    runs: { result: object }[]
  }
  expect(runs.at(-1)).toMatchObject({ policy: 'worst-fit', seed: 2, parameters: { startUp: '30s' } })
  expect(runs.at(-1)).toMatchObject({ result: alone.runs[0]?.result })
})

test('runs that are kept in a file are not run again, and a half-written one is', async () => {
  writeFileSync(path, swept)
  const first = await user.run(`twin run ${path} --seeds 1..2 --out ${out}`)
  expect(lines()).toHaveLength(8)
  const kept = lines().slice(0, 5)
  writeFileSync(out, `${kept.join('\n')}\n{"scenario":"half`)
  const again = await user.run(`twin run ${path} --seeds 1..2 --out ${out}`)
  expect(again.err).toContain(`5 of 8 runs are in ${out} already`)
  expect(lines().slice(0, 5)).toEqual(kept)
  expect(lines()).toHaveLength(8)
  expect(again.out).toBe(first.out)
})

test('runs of a scenario that was changed are not mixed with those of before', async () => {
  await user.run(`twin run ${path} --out ${out}`)
  writeFileSync(path, scenario.replace('perHour: 20', 'perHour: 30'))
  const ran = await user.run(`twin run ${path} --out ${out}`)
  expect(ran).toMatchObject({ code: 5, out: '' })
  expect(ran.err).toContain(`${out}:1: this is a run of another scenario`)
  writeFileSync(out, 'a diary\n')
  expect((await user.run(`twin run ${path} --out ${out}`)).err).toContain('this is not a line of runs')
})

test('a check says what is there, and every value of a sweep is checked', async () => {
  writeFileSync(path, swept)
  const checked = await user.run(`twin check ${path}`)
  expect(checked).toMatchObject({ code: 0, err: '' })
  expect(checked.out).toBe('small: 2 nodes, 1 site, 1 task, 1 stream, 1 event, 4 runs of 1h; all is well\n')
  writeFileSync(path, swept.replace('30s]', 'soon]'))
  for (const command of ['check', 'run']) {
    const ran = await user.run(`twin ${command} ${path} --quiet`)
    expect([ran.code, ran.out]).toEqual([2, ''])
    expect(ran.err).toContain('scenario.yaml:12: startUp is "soon"; write a duration')
  }
})

test.each<[string, number, string]>([
  ['--policy bestfit', 1, "there is no policy 'bestfit'"],
  ['--seeds 5..1', 1, '--seeds must be whole numbers'],
])('%s is refused', async (flags, code, message) => {
  const ran = await user.run(`twin run ${path} ${flags} --out ${out}`)
  expect([ran.code, ran.out]).toEqual([code, ''])
  expect(ran.err).toContain(message)
  expect(existsSync(out)).toBe(false)
})

test('a file that is missing or wrong is told by its name and line', async () => {
  expect((await user.run(`twin run ${path}.gone`)).code).toBe(4)
  writeFileSync(path, scenario.replace('fail: node-1', 'fial: node-1'))
  const ran = await user.run(`twin check ${path}`)
  expect(ran.code).toBe(2)
  expect(ran.err).toContain('scenario.yaml:10: an entry here has one of the keys fail, recover, drain')
  writeFileSync(path, `${scenario.replace('events:', '  - { trace: gone.csv, format: openb }\nevents:')}`)
  expect((await user.run(`twin check ${path}`)).code).toBe(4)
})

test('whoever stops it keeps the runs that are done', async () => {
  const stop = new AbortController()
  stop.abort('SIGINT')
  writeFileSync(path, swept)
  const ran = await user.run(`twin run ${path} --out ${out}`, { signal: stop.signal })
  expect(ran.code).not.toBe(0)
})
