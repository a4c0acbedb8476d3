import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claimHeld, claimTake, claimView } from './claim.ts'
import { until } from './fixtures/trial.ts'
import { processView } from './process.ts'

const claimer = fileURLToPath(new URL('./fixtures/claimer.ts', import.meta.url))
let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'orrery-claim-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('of many processes that want a directory one at a time has it', async () => {
  const turns = 100
  const racers = Array.from({ length: 4 }, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [claimer, dir, String(turns)], {
      timeout: 25_000,
    })
    return JSON.parse(stdout) as object
  })
  expect(await Promise.all(racers)).toEqual(racers.map(() => ({ taken: turns, crowded: 0 })))
  // Every taking counted one further, and only the last is kept.
  expect(claimView(dir)?.generation).toBe(4 * turns)
  expect(readdirSync(dir)).toEqual([`claim-${4 * turns}.json`])
})

test('a claim is held until it is released, or its holder is dead', async () => {
  const first = claimTake(dir, 'server')
  expect(claimTake(dir, 'guard')).toMatchObject({ taken: false, heldBy: { holder: { pid: process.pid } } })
  if (first.taken) first.claim.release()
  expect(claimHeld(claimView(dir))).toBe(false)

  const sleeper = spawn('sleep', ['60'])
  const holder = processView(sleeper.pid ?? 0)
  expect(holder).toBeDefined()
  writeFileSync(join(dir, 'claim-7.json'), JSON.stringify({ role: 'server', holder, released: false }))
  expect(claimTake(dir, 'server')).toMatchObject({ taken: false, heldBy: { holder } })
  sleeper.kill('SIGKILL')
  await until('it is dead', () => claimTake(dir, 'server').taken, 5_000)
  expect(claimView(dir)?.generation).toBe(8)
})

test('a claim that a power cut tore is nobody’s', () => {
  writeFileSync(join(dir, 'claim-3.json'), '')
  expect(claimTake(dir, 'server')).toMatchObject({ taken: true, claim: { generation: 4 } })
})
