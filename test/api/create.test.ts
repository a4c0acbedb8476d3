/** The same create twice: with an idempotency key it is one, without it is refused. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operationUrl } from '@orrery/api/client.ts'
import { type OperationName, operations } from '@orrery/api/operations.ts'
import { type TestServer, testServer } from '../setup/running.ts'
import { ask } from '../setup/wire.ts'
import { expectRefused, stored } from './refusal.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
  await server.api.call('siteCreate', { body: { name: 'here', kind: 'edge' } })
})
afterAll(() => server.close())

const capacity = { cpuCores: 1, memoryBytes: 1024 }
const bodies = {
  siteCreate: (name: string) => ({ name, kind: 'edge' }),
  nodeCreate: (name: string) => ({ name, site: 'here', capacity }),
  workloadCreate: (name: string) => ({ name, demand: capacity, autoPlace: false }),
  policyCreate: (name: string) => ({ name, algorithm: 'first-fit' }),
  providerCreate: (name: string) => ({ name, kind: 'manual' }),
  principalCreate: (name: string) => ({ name, role: 'viewer' }),
} satisfies Partial<Record<OperationName, (name: string) => object>>

function create(operation: keyof typeof bodies, body: object, key?: string) {
  const { method } = operations[operation]
  return ask(server.url, method, operationUrl(operation, { body } as never), {
    headers: {
      authorization: `Bearer ${server.token}`,
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
  })
}

describe.each(Object.keys(bodies) as (keyof typeof bodies)[])('%s', (operation) => {
  const body = (name: string) => bodies[operation](`${operation}-${name}`)

  test('a second create of the same name is refused, also when both come at once', async () => {
    const first = await create(operation, body('twice'))
    expect(first.status, first.body).toBe(201)
    const before = await stored(server.pool)
    const second = await create(operation, body('twice'))
    expectRefused(second, operation)
    expect(second.status).toBe(409)
    expect(JSON.parse(second.body)).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('twice'),
    })
    expect(await stored(server.pool)).toEqual(before)
    const race = await Promise.all(Array.from({ length: 8 }, () => create(operation, body('race'))))
    expect(race.map((answer) => answer.status).toSorted()).toEqual([201, 409, 409, 409, 409, 409, 409, 409])
  })

  test('with an idempotency key a repeated create is one create and answers the same', async () => {
    const first = await create(operation, body('once'), `${operation}-key`)
    expect(first.status, first.body).toBe(201)
    const before = await stored(server.pool)
    const again = await create(operation, body('once'), `${operation}-key`)
    expect([again.status, again.body]).toEqual([201, first.body])
    expect(await stored(server.pool)).toEqual(before)
    const together = await Promise.all(
      Array.from({ length: 8 }, () => create(operation, body('together'), `${operation}-together`)),
    )
    expect(new Set(together.map((answer) => `${answer.status} ${answer.body}`)).size).toBe(1)
    expect(together[0]?.status).toBe(201)
  })

  test('an idempotency key that was used for something else, or that is no key, is refused', async () => {
    await create(operation, body('kept'), `${operation}-kept`)
    const other = await create(operation, body('other'), `${operation}-kept`)
    expectRefused(other, operation)
    expect(other.status).toBe(409)
    for (const key of [' ', 'two words', 'x'.repeat(201)]) {
      const refused = await create(operation, body('unkeyed'), key)
      // A header of nothing but space is no header.
      if (key === ' ' && refused.status === 201) continue
      expectRefused(refused, key)
      expect(refused.status).toBe(400)
    }
  })
})
