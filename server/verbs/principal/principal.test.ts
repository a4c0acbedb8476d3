import { sql } from 'kysely'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { OrreryError } from '@orrery/api/errors.ts'
import type { PrincipalId } from '@orrery/api/id.ts'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { localAdmin } from '../../bootstrap.ts'
import { sessionCreate } from '../session/create.ts'
import { tokenList } from '../token/list.ts'
import { principalCreate } from './create.ts'
import { principalDelete } from './delete.ts'
import { principalInvite } from './invite.ts'
import { principalUpdate } from './update.ts'

let ctx: TestCtx
beforeAll(async () => {
  ctx = await testCtx()
})
afterAll(() => ctx.close())

const code = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error: OrreryError) => error.code,
  )

test('somebody stays who can let people in, also when two admins turn on each other', async () => {
  for (let round = 0; round < 10; round += 1) {
    const [a, b] = [
      await principalCreate(ctx, { name: `a${round}`, role: 'admin' }),
      await principalCreate(ctx, { name: `b${round}`, role: 'admin' }),
    ]
    const outcomes = await Promise.all([
      code(round % 2 === 0 ? principalUpdate(ctx, a.id, { disabled: true }) : principalDelete(ctx, a.id)),
      code(principalUpdate(ctx, b.id, { role: 'viewer' })),
    ])
    expect(outcomes.toSorted()).toEqual(['conflict', 'ok'])
    await ctx.database.pool.query('delete from principal where id = any ($1)', [[a.id, b.id]])
  }
})

test('what is part of the program is neither changed nor deleted nor invited', async () => {
  expect(await code(principalUpdate(ctx, 'orrery', { disabled: true }))).toBe('conflict')
  expect(await code(principalDelete(ctx, 'orrery'))).toBe('conflict')
  expect(await code(principalInvite({ ...ctx, publicUrl: '' }, 'orrery', {}))).toBe('conflict')
})

test('the local user acts as what that principal is now', async () => {
  const first = await localAdmin(ctx.database, 'http://here')
  const keeper = await principalCreate(ctx, { name: 'keeper', role: 'admin' })
  await principalUpdate(ctx, 'admin', { role: 'viewer' })
  await localAdmin(ctx.database, 'http://here')
  const { items } = await tokenList(ctx, { filter: 'principal:admin' })
  expect(items.map((token) => [token.kind, token.role])).toEqual(
    Array(4)
      .fill(null)
      .map((_, index) => [['sign-in', 'api'][index % 2], 'viewer']),
  )
  await first.revoke()
  // Its own token and its own link.
  expect((await tokenList(ctx, { filter: 'principal:admin revokedAt:*' })).items).toHaveLength(2)
  expect(keeper.role).toBe('admin')
})

test('a link of a start keeps its code from proxies and logs, works once and within the hour, and ends with its server', async () => {
  const own = await testCtx()
  onTestFinished(() => own.close())
  const start = async () => {
    const { signInLink, revoke } = await localAdmin(own.database, 'http://here')
    const { search, hash } = new URL(signInLink)
    expect(search).toBe('')
    return { secret: new URLSearchParams(hash.slice(1)).get('code') ?? '', revoke }
  }
  const [first, second, third] = [await start(), await start(), await start()]
  await first.revoke()
  expect(await code(sessionCreate(own, first.secret))).toBe('unauthorized')
  expect(await code(sessionCreate(own, second.secret))).toBe('ok')
  expect(await code(sessionCreate(own, second.secret))).toBe('unauthorized')
  await sql`update token set expires_at = expires_at - interval '1 hour' where kind = 'sign-in'`.execute(
    own.database.db,
  )
  expect(await code(sessionCreate(own, third.secret))).toBe('unauthorized')
})

test('who may not let people in cannot, whatever is asked', async () => {
  const { id, name } = await principalCreate(ctx, { name: 'reader', role: 'viewer' })
  const reader = { ...ctx, actor: { id: id as PrincipalId, name, role: 'viewer' as const } }
  for (const call of [
    principalCreate(reader, { name: 'x', role: 'admin' }),
    principalUpdate(reader, name, { role: 'admin' }),
    principalDelete(reader, name),
    principalInvite({ ...reader, publicUrl: '' }, name, {}),
  ])
    expect(await code(call)).toBe('forbidden')
})
