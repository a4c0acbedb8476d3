/** Paths and queries that are wrong in every way, at every operation. */
import fc from 'fast-check'
import type { TSchema } from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OperationName, type OperationSpec, operations } from '@orrery/api/operations.ts'
import { type TestServer, testServer } from '../setup/running.ts'
import { type Answer, ask } from '../setup/wire.ts'
import { hostilePaths, queryTexts } from './hostile.ts'
import { expectAnswered, expectRefused, stored } from './refusal.ts'
import { schemaArbitrary } from './schema-arbitrary.ts'

const entries = Object.entries(operations) as [OperationName, OperationSpec][]
const referring = entries.filter(([, spec]) => spec.path.includes('{ref}'))
const queried = entries.filter(([, spec]) => spec.query !== undefined)

let server: TestServer
beforeAll(async () => {
  server = await testServer()
  await server.api.call('siteCreate', { body: { name: 'here', kind: 'edge' } })
  await server.api.call('nodeCreate', {
    body: { name: 'n', site: 'here', capacity: { cpuCores: 4, memoryBytes: 4096 } },
  })
})
afterAll(async () => {
  expect((await ask(server.url, 'GET', '/healthz')).status).toBe(200)
  expect(server.errorsLogged()).toEqual([])
  await server.close()
})

function call(spec: OperationSpec, path: string, body?: string): Promise<Answer> {
  return ask(server.url, spec.method, `/api/v1${path}`, {
    headers: {
      authorization: `Bearer ${server.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  })
}

describe.each(referring)('%s', (name, spec) => {
  test('refuses ids that do not exist, that are no text, and that are too long', async () => {
    const before = await stored(server.pool)
    const [body] =
      spec.body === undefined ? [undefined] : fc.sample(schemaArbitrary(spec.body), { numRuns: 1, seed: 3 })
    for (const path of hostilePaths) {
      const answer = await call(
        spec,
        spec.path.replace('{ref}', path),
        body === undefined ? undefined : JSON.stringify(body),
      )
      const context = `${name} ${path.slice(0, 60)}`
      expectRefused(answer, context)
      // A refusal for the body's or the words' sake comes before the thing is looked for.
      expect([400, 404, 409, 414], `${context} ${answer.body.slice(0, 300)}`).toContain(answer.status)
    }
    expect(await stored(server.pool)).toEqual(before)
  })
})

describe.each(queried)('%s', (name, spec) => {
  const properties = (spec.query as { properties?: Record<string, TSchema> }).properties ?? {}
  const keys = Object.keys(properties)
  const path = spec.path.replace('{ref}', 'n')

  test('answers any query without a fault', async () => {
    if (keys.length === 0) return
    const pair = fc
      .constantFrom(...keys)
      .chain((key) => queryTexts(properties[key] ?? {}).map((value): [string, string] => [key, value]))
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { minLength: 1, maxLength: 3 }), async (pairs) => {
        const query = pairs.map(([key, value]) => `${key}=${encodeLoose(value)}`).join('&')
        expectAnswered(await call(spec, `${path}?${query}`), `${name} ?${query}`)
      }),
      { numRuns: 80, endOnFailure: true },
    )
  })

  test('refuses a key that there is not, one that is given twice, and text that is no text', async () => {
    const key = keys[0]
    const queries = [
      'zzz=1',
      '__proto__=1',
      `${'x'.repeat(9000)}=1`,
      ...(key === undefined ? [] : [`${key}=%zz`, `${key}=1&${key}=2`]),
    ]
    for (const query of queries) {
      const answer = await call(spec, `${path}?${query}`)
      if (query.includes('%zz')) expectAnswered(answer, `${name} ?${query}`)
      else expectRefused(answer, `${name} ?${query.slice(0, 60)}`)
    }
  })
})

/** Percent-encodes without refusing what is no well-formed text. */
function encodeLoose(text: string): string {
  return [...Buffer.from(text, 'utf8')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}

test('an address that there is not, and a method that is not possible, are told apart in the words of the API', async () => {
  const see = async (method: string, path: string) => {
    const answer = await ask(server.url, method, path, {
      headers: { authorization: `Bearer ${server.token}` },
    })
    expectRefused(answer, `${method} ${path}`)
    return (JSON.parse(answer.body) as { detail: string }).detail
  }
  expect(await see('GET', '/api/v1/nodez')).toContain('nothing at this address')
  expect(await see('PUT', '/api/v1/nodes')).toContain('PUT is not possible here')
  expect(await see('GET', '/api/v2/nodes')).toContain('nothing at this address')
  expect(await see('GET', '/api/v1/nodes/')).toBeTruthy()
  expect(await see('GET', `/${'a'.repeat(9000)}`)).toContain('8192')
})
