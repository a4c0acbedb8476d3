import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Terminal, terminal } from '../testing/terminal.ts'

let user: Terminal
let folder: string
beforeEach(() => {
  user = terminal()
  folder = mkdtempSync(join(tmpdir(), 'orrery-openb-'))
  const file = (name: string, lines: readonly string[]) =>
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
  file('openb_node_list_gpu_node.csv', ['sn,cpu_milli,memory_mib,gpu,model', 'n1,8000,8192,2,A'])
  const tasks = Array.from({ length: 20 }, (_, index) => `t${10 + index},100,16,1,100,`)
  file('openb_pod_list_small.csv', ['name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec', ...tasks])
})
afterEach(() => {
  user.close()
  rmSync(folder, { recursive: true })
})

const ablate = (rest: string) => user.run(`twin ablate fill --data ${folder} ${rest}`)

test('twin ablate shows each variant on the lists that are there, on drawn ones and on all', async () => {
  const ran = await ablate('--seeds 1 --resampled 2')
  expect(ran.code).toBe(0)
  expect(ran.out).toMatch(/^VARIANT +SMALL +2 DRAWN +MEAN +DIFF/m)
  expect(ran.out).toMatch(/^fill +100\.00 +100\.00 +100\.00/m)
  expect(ran.out).toMatch(/^no fill term +100\.00 +100\.00 +100\.00 +0\.00$/m)
  expect(ran.out).toMatch(/^16 sequences +100\.00/m)
})

test('twin ablate gives every figure as JSON', async () => {
  const ran = await ablate('--seeds 1..2 --resampled 0 --json')
  const shown = JSON.parse(ran.out)
  expect(shown.seeds).toEqual([1, 2])
  expect(shown.results[0]).toEqual({ variant: 'fill', list: 'small', allocation: 100 })
  expect(shown.results).toHaveLength(shown.variants.length)
})

test.each([
  ['--resampled many', "--resampled must be a whole number from 0 to 100; got 'many'"],
  ['--resampled 101', 'from 0 to 100'],
  ['--workload smal', "Did you mean 'small'?"],
])('twin ablate refuses %s', async (flags, message) => {
  const ran = await ablate(flags)
  expect(ran).toMatchObject({ code: 1, out: '' })
  expect(ran.err).toContain(message)
})
