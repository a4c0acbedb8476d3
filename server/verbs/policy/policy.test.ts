import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { policyFind } from '../../db/policy.ts'
import { chooserOf } from '../plan/decide.ts'
import { policyCreate } from './create.ts'
import { policyDelete } from './delete.ts'
import { policyList } from './list.ts'
import { policySeed } from './seed.ts'
import { policyUpdate } from './update.ts'
import { policyView } from './view.ts'

let ctx: TestCtx
beforeAll(async () => {
  ctx = await testCtx()
})
afterAll(() => ctx.close())

const active = async () =>
  (await policyList(ctx, { filter: 'active:true' })).items.map((policy) => policy.name)

test('servers that start at once seed one active policy: best fit, applied at once', async () => {
  await Promise.all([policySeed(ctx), policySeed(ctx), policySeed(ctx)])
  expect((await policyList(ctx, {})).items).toMatchObject([
    { name: 'default', algorithm: 'best-fit', mode: 'auto', active: true },
  ])
})

test('exactly one policy is active, whichever way it changes and however many change it at once', async () => {
  await policyCreate(ctx, { name: 'a', algorithm: 'first-fit', active: true })
  await policyCreate(ctx, { name: 'b', algorithm: 'weighted', weights: { spread: 1, lowCarbon: 2 } })
  expect(await active()).toEqual(['a'])
  await Promise.all(
    ['default', 'a', 'b', 'a', 'default'].map((name) => policyUpdate(ctx, name, { active: true })),
  )
  expect(await active()).toHaveLength(1)
  await policyUpdate(ctx, 'b', { active: true })
  await expect(policyUpdate(ctx, 'b', { active: false })).rejects.toMatchObject({ code: 'conflict' })
  await expect(policyDelete(ctx, 'b')).rejects.toMatchObject({ code: 'conflict' })
  await policyDelete(ctx, 'a')
  expect(await active()).toEqual(['b'])
})

test('an algorithm that is not there is refused with those that are; so are weights where none apply', async () => {
  await expect(policyCreate(ctx, { name: 'x', algorithm: 'magic' })).rejects.toThrow(
    /random, first-fit, best-fit/,
  )
  await expect(
    policyCreate(ctx, { name: 'x', algorithm: 'best-fit', weights: { spread: 1 } }),
  ).rejects.toMatchObject({ code: 'invalid' })
  await expect(policyUpdate(ctx, 'b', { weights: { spreadd: 1 } })).rejects.toThrow(/no score/)
  expect(await policyUpdate(ctx, 'b', { algorithm: 'best-fit' })).toMatchObject({ weights: {} })
  await expect(policyView(ctx, 'x')).rejects.toMatchObject({ code: 'not_found' })
})

test('a learned policy keeps its network, decides with it, and loses it with its algorithm', async () => {
  const network = {
    features: ['node.cpuFree', 'work.cpu'],
    layers: [{ weights: [-1, 0], biases: [0], activation: 'none' as const }],
  }
  await expect(policyCreate(ctx, { name: 'l', algorithm: 'learned' })).rejects.toThrow(/needs the network/)
  await expect(policyCreate(ctx, { name: 'l', algorithm: 'best-fit', network })).rejects.toThrow(
    /has no network/,
  )
  const [layer] = network.layers
  const short = { ...network, layers: layer === undefined ? [] : [{ ...layer, weights: [1] }] }
  await expect(policyCreate(ctx, { name: 'l', algorithm: 'learned', network: short })).rejects.toThrow(
    /layer 1 of the network takes 2 values and gives 1: it has 2 weights, not 1/,
  )
  const strange = { ...network, features: ['node.cpuFree', 'node.colour'] }
  await expect(policyCreate(ctx, { name: 'l', algorithm: 'learned', network: strange })).rejects.toThrow(
    /knows no feature "node.colour"/,
  )
  expect(await policyCreate(ctx, { name: 'l', algorithm: 'learned', network })).toMatchObject({
    features: network.features,
  })
  const row = await policyFind(ctx.database.db, 'l')
  expect(row === null ? null : chooserOf(row).policy).toMatchObject({ name: 'learned', deterministic: true })
  expect(await policyUpdate(ctx, 'l', { mode: 'approve' })).toMatchObject({ features: network.features })
  expect(await policyUpdate(ctx, 'l', { algorithm: 'best-fit' })).toMatchObject({ features: null })
  await expect(policyUpdate(ctx, 'l', { algorithm: 'learned' })).rejects.toThrow(/needs the network/)
})

test('an algorithm may be a sum of scores', async () => {
  const algorithm = 'best-fit*0.7+carbon*0.3'
  expect(await policyCreate(ctx, { name: 'green', algorithm })).toMatchObject({ algorithm, weights: {} })
  await expect(policyCreate(ctx, { name: 'x', algorithm: 'best-fit*0.7+luck' })).rejects.toThrow(
    /no score "luck"; there are the scores best-fit/,
  )
})

test('each change of a policy has an event', async () => {
  const { rows } = await sql<{
    verb: string
  }>`select distinct verb from event where subject_kind = 'policy' order by verb`.execute(ctx.database.db)
  expect(rows.map((row) => row.verb)).toEqual(['policy.create', 'policy.delete', 'policy.update'])
})
