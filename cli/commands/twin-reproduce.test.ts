import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Terminal, terminal } from '../testing/terminal.ts'

let user: Terminal
let folder: string
beforeEach(() => {
  user = terminal()
  folder = mkdtempSync(join(tmpdir(), 'orrery-openb-'))
  file('openb_node_list_gpu_node.csv', [
    'sn,cpu_milli,memory_mib,gpu,model',
    'n1,8000,8192,2,A',
    'n2,8000,8192,2,B',
  ])
  // Twenty tasks of a tenth of a GPU, and any number of them again until 130 % of the four GPUs are asked for.
  const tasks = Array.from({ length: 20 }, (_, index) => `t${10 + index},100,16,1,100,`)
  file('openb_pod_list_small.csv', ['name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec', ...tasks])
})
afterEach(() => {
  user.close()
  rmSync(folder, { recursive: true })
})

function file(name: string, lines: readonly string[]): void {
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
}

/** Everyone has room until the GPUs are full: the figures are known without a run. */
function figures(seed: number, change = 0): void {
  const allocation = { 50: 50, 80: 80, 90: 90, 100: 100, 110: 100, 120: 100, 130: 100 + change }
  const header = 'workload,policy,seed,column,value'
  for (const [name, values] of [
    ['expected_alloc.csv', allocation],
    ['expected_fragratio.csv', { 50: 0, 80: 0, 90: 0, 100: 0, 110: 0, 120: 0, 130: 0 }],
  ] as const) {
    const rows = Object.entries(values).flatMap(([column, value]) =>
      ['05-BestFit', '06-FGD'].map((policy) => `openb_pod_list_small,${policy},${seed},${column},${value}`),
    )
    file(name, [header, ...rows])
  }
}

const reproduce = (rest: string) => user.run(`twin reproduce fgd --data ${folder} ${rest}`)

describe('twin reproduce', () => {
  test('shows our figures beside the published ones and ends with 0 when they agree', async () => {
    figures(42)
    const ran = await reproduce('--policy fgd,best-fit --seeds 42')
    expect(ran.code).toBe(0)
    expect(ran.out).toContain('small: allocation, % of all GPUs')
    expect(ran.out).toMatch(/^fgd +ours +50\.00 +80\.00 +90\.00 +100\.00 .* reproduced$/m)
    expect(ran.out).toMatch(/^ +published +50\.00 +80\.00/m)
    expect(ran.out).toContain('All 4 comparisons reproduce what was published.')
  })

  test('ends with 1 and names who differs', async () => {
    figures(42, 0.02)
    const ran = await reproduce('--policy fgd --seeds 42 --json')
    expect(ran.code).toBe(8)
    expect(ran.err).toContain('small, fgd: differs from what was published')
    expect(JSON.parse(ran.out)).toMatchObject({
      reproduced: false,
      results: [{ workload: 'small', policy: 'fgd', allocation: { verdict: 'differs' } }],
    })
  })

  test.each([
    [-1, 0, 'better', '+1.00'],
    [0, 0, 'level', '0.00'],
    [0.02, 8, 'worse', '-0.02'],
  ])('sets our own policy beside FGD as published, %d there', async (change, code, verdict, difference) => {
    figures(42, change)
    const ran = await reproduce('--policy fill --seeds 42')
    expect(ran.code).toBe(code)
    expect(ran.out).toMatch(
      new RegExp(`^small +fill +50\\.00 .* ${difference.replace('+', '\\+')} .*x +${verdict}$`, 'm'),
    )
    expect(ran.out).toMatch(/^ +fgd, published +50\.00 +80\.00/m)
    expect(ran.out).toContain('times the time of fgd at most, of 2 allowed')
    expect(ran.err.includes('small, fill: allocates less than fgd')).toBe(code === 8)
  })

  test('sets our own policy beside FGD as it comes out where nothing was published', async () => {
    figures(42)
    const ran = await reproduce('--policy fill --seeds 1..2')
    expect(ran.code).toBe(0)
    expect(ran.out).toMatch(/^small +fill +50\.00 +80\.00 .* 0\.00 +0 of 2 .*x +level$/m)
    expect(ran.out).toMatch(/^ +fgd, run here +50\.00 +80\.00/m)
    expect(ran.out).toContain('fill allocates more than fgd on none')
  })

  test('runs our own policy too when no policy is named', async () => {
    figures(42)
    const ran = await reproduce('--seeds 42 --json')
    expect(ran.code).toBe(0)
    const shown = JSON.parse(ran.out)
    expect(shown.results).toHaveLength(6)
    expect(shown.ours).toMatchObject([
      { workload: 'small', policy: 'fill', verdict: 'level', difference: 0, seedsBetter: 0 },
    ])
  })

  test('says so where nothing was published', async () => {
    figures(42)
    const ran = await reproduce('--policy fgd --seeds 1..2')
    expect(ran.code).toBe(0)
    expect(ran.out).toContain('Nothing was published for these seeds.')
    const some = await reproduce('--policy fgd --seeds 42,43')
    expect(some.err).toContain('nothing was published for the seeds 43: they are left out')
    expect(some.out).toContain('seed 42')
  })

  test.each([
    ['--workload smal', 1, "there is no workload 'smal', only small. Did you mean 'small'?"],
    ['--policy fdg', 1, "Did you mean 'fgd'?"],
    ['--seeds 9..1', 1, '--seeds must be whole numbers'],
    ['--seeds 1..5000', 1, 'at most 1000'],
  ])('refuses %s', async (flags, code, message) => {
    figures(42)
    const ran = await reproduce(flags)
    expect(ran).toMatchObject({ code, out: '' })
    expect(ran.err).toContain(message)
  })

  test('names the folder, file or line that is missing or bad', async () => {
    const nowhere = await user.run('twin reproduce fgd --data /nowhere')
    expect(nowhere).toMatchObject({ code: 4 })
    expect(nowhere.err).toContain('there is no folder /nowhere')
    const missing = await reproduce('')
    expect(missing).toMatchObject({ code: 4 })
    expect(missing.err).toContain('expected_alloc.csv')
    figures(42)
    file('openb_pod_list_small.csv', ['name,cpu_milli,memory_mib,num_gpu,gpu_milli', 't,x,1,0,0'])
    const bad = await reproduce('')
    expect(bad).toMatchObject({ code: 2 })
    expect(bad.err).toContain('openb_pod_list_small.csv:2: cpu_milli: "x" is not a whole number')
    const other = await user.run(`twin reproduce fdg --data ${folder}`)
    expect(other).toMatchObject({ code: 1 })
    expect(other.err).toContain("Did you mean 'fgd'?")
  })
})
