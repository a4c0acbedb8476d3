/** What every refusal looks like, and what must not have happened because of it. */
import { expect } from 'vitest'
import type pg from 'pg'
import { errorCodes } from '@orrery/api/errors.ts'
import type { Answer } from '../setup/wire.ts'

/** A 4xx in the words of the contract, or a success; never a fault of the server, never its insides. */
export function expectAnswered(answer: Answer, context: string): void {
  expect(answer.status, `${context}\n→ ${answer.body.slice(0, 500)}`).toBeLessThan(500)
  if (answer.status >= 400) expectRefused(answer, context)
}

export function expectRefused(answer: Answer, context: string): void {
  const said = `${context}\n→ ${answer.status} ${answer.body.slice(0, 500)}`
  expect(answer.status, said).toBeGreaterThanOrEqual(400)
  expect(answer.status, said).toBeLessThan(500)
  expect(answer.headers['content-type'], said).toMatch(/^application\/problem\+json/)
  const problem = JSON.parse(answer.body) as Record<string, unknown>
  expect(Object.keys(errorCodes), said).toContain(problem['code'])
  expect(problem, said).toMatchObject({
    status: answer.status,
    type: expect.any(String),
    title: expect.any(String),
  })
  expect(problem['detail'], said).toEqual(expect.stringMatching(/^[^\n]{10,3000}$/s))
  expect(answer.body, said).not.toMatch(
    /node_modules|\.ts:\d+|\n\s+at |node:internal|\/server\/|syntax error|relation "/,
  )
}

const tables = [
  'site',
  'node',
  'workload',
  'alias',
  'sample',
  'provider',
  'principal',
  'token',
  'policy',
  'dataset',
  'event',
  'idempotency',
]

/** How many rows there are of everything that a call may store; a change of a row shows in its event. */
export async function stored(pool: pg.Pool): Promise<Record<string, number>> {
  // What loops do meanwhile, as the system's own principal, is not the caller's doing.
  const own = (table: string) => (table === 'event' ? `where actor_name is distinct from 'orrery'` : '')
  const { rows } = await pool.query<Record<string, number>>(
    `select ${tables.map((table) => `(select count(*)::int from ${table} ${own(table)}) as ${table}`).join(', ')}`,
  )
  return rows[0] ?? {}
}
