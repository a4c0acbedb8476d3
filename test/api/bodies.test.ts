/** Bodies that are wrong in every way, at every operation: refused precisely, with nothing stored and the server alive. */
import fc from 'fast-check'
import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OperationName, type OperationSpec, operations } from '@orrery/api/operations.ts'
import { type TestServer, testServer } from '../setup/running.ts'
import { type Answer, ask } from '../setup/wire.ts'
import { bodyTexts } from './hostile.ts'
import { expectAnswered, expectRefused, stored } from './refusal.ts'
import { schemaArbitrary } from './schema-arbitrary.ts'

type Bodied = OperationSpec & { body: NonNullable<OperationSpec['body']> }
const entries = Object.entries(operations) as [OperationName, OperationSpec][]
const bodied = entries.filter((each): each is [OperationName, Bodied] => each[1].body !== undefined)
const mebibyte = 1024 * 1024
const limits: Partial<Record<OperationName, number>> = {
  sampleIngest: 16 * mebibyte,
  importCreate: 64 * mebibyte,
  importCheck: 64 * mebibyte,
}

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(async () => {
  // It lives, it does its work, and nothing was its own fault.
  await server.api.call('siteCreate', { body: { name: 'still alive', kind: 'cloud' } })
  expect(server.errorsLogged()).toEqual([])
  await server.close()
})

const nothing = '01890000-0000-7000-8000-000000000000'
function send(
  spec: OperationSpec,
  body: string | Buffer | undefined,
  headers: Record<string, string> = { 'content-type': 'application/json' },
): Promise<Answer> {
  return ask(server.url, spec.method, `/api/v1${spec.path.replace('{ref}', nothing)}`, {
    headers: { authorization: `Bearer ${server.token}`, ...headers },
    ...(body === undefined ? {} : { body }),
  })
}

/** Parsed as the server's parser does; undefined when it is no JSON. */
function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

describe.each(bodied)('%s', (name, spec) => {
  test('refuses what its schema does not allow and answers everything else without a fault', async () => {
    const before = await stored(server.pool)
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(bodyTexts(spec.body), async (text) => {
        const answer = await send(spec, text)
        const context = `${name} ${text.slice(0, 1500)}`
        expectAnswered(answer, context)
        if (answer.status < 300) accepted += 1
        const body = parsed(text)
        // An action without required fields may be called without a body; its rate is limited where codes are guessed.
        const mayBeEmpty = text === '' || answer.status === 429
        if (!mayBeEmpty && (body === undefined || !Check(spec.body, body.value))) {
          expectRefused(answer, context)
          expect(answer.status, `${context}\n→ ${answer.body}`).toBe(400)
        }
      }),
      { numRuns: 60, endOnFailure: true },
    )
    if (accepted === 0) expect(await stored(server.pool)).toEqual(before)
  })

  test('refuses a body that is empty, no object, cut short, too large, or in another form', async () => {
    const before = await stored(server.pool)
    const [right] = fc.sample(schemaArbitrary(spec.body), { numRuns: 1, seed: 7 })
    const json = { 'content-type': 'application/json' }
    const required = ((spec.body as { required?: string[] }).required ?? []).length > 0
    if (required || spec.method === 'PATCH') {
      expectRefused(await send(spec, undefined, {}), `${name} without a body`)
      expectRefused(await send(spec, '', json), `${name} with an empty body`)
      expectRefused(await send(spec, '{}', json), `${name} with an empty object`)
    }
    for (const text of [
      '[]',
      '5',
      'null',
      'true',
      '"text"',
      '{',
      '{"a":',
      '\u0000',
      '{}{}',
      "{'a':1}",
      `${JSON.stringify(right)}x`,
    ]) {
      const answer = await send(spec, text, json)
      // `null` is a body without fields.
      if (text === 'null' && !required && answer.status !== 400) continue
      expectRefused(answer, `${name} ${text}`)
      expect([400, 429]).toContain(answer.status)
    }
    for (const type of [
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'nonsense',
    ]) {
      const answer = await send(spec, JSON.stringify(right), { 'content-type': type })
      expectRefused(answer, `${name} as ${type}`)
      expect([415, 429], `${name} as ${type}`).toContain(answer.status)
    }
    const limit = limits[name] ?? mebibyte
    const large = await send(spec, Buffer.alloc(limit + 1, 0x20), json)
    expectRefused(large, `${name} with ${limit + 1} bytes`)
    expect([413, 429]).toContain(large.status)
    expect(await stored(server.pool)).toEqual(before)
  })
})

test('the refusal of a body names the place and says what would be right', async () => {
  const send2 = async (body: object) => {
    const answer = await send(operations.nodeCreate, JSON.stringify(body))
    return { status: answer.status, ...(JSON.parse(answer.body) as { detail: string; pointer?: string }) }
  }
  const capacity = { cpuCores: 4, memoryBytes: 1024 }
  expect(await send2({ name: 'x', site: 's', capacity, colour: 'red' })).toMatchObject({
    status: 400,
    detail: expect.stringMatching(/has no field `colour`; there are `name`, `kind`, `site`/),
  })
  expect(await send2({ name: 'x', site: 's', capacity: { ...capacity, cpuCores: '4' } })).toMatchObject({
    detail: "`capacity.cpuCores` must be a number, not '4'.",
    pointer: '/capacity/cpuCores',
  })
  expect(await send2({ name: 'x', site: 's', capacity: { ...capacity, memoryBytes: -1 } })).toMatchObject({
    detail: '`capacity.memoryBytes` must be >= 0, not -1.',
  })
  expect(await send2({ name: ' x', site: 's', capacity })).toMatchObject({
    detail: expect.stringContaining('without `/`, control characters or spaces at the ends'),
  })
  expect(await send2({ site: 's', capacity })).toMatchObject({ detail: '`name` is missing.' })
})
