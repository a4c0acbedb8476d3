import { Type } from 'typebox'
import { expect, onTestFinished, test } from 'vitest'
import { testCtx } from '../../../test/setup/server.ts'
import { providerKindsMap } from '../../provider-kinds.ts'
import { manual } from '../../providers/manual.ts'
import { providerCreate } from './create.ts'
import { providerList } from './list.ts'
import { providerUpdate } from './update.ts'
import { providerView } from './view.ts'

const cloud = {
  ...manual,
  kind: 'cloud',
  configSchema: Type.Object({
    url: Type.String(),
    password: Type.Optional(Type.String({ writeOnly: true })),
    accounts: Type.Optional(
      Type.Array(Type.Object({ name: Type.String(), key: Type.String({ writeOnly: true }) })),
    ),
  }),
}

test('a secret of a provider is shown to nobody once it is set, in no answer and no event, and survives other changes', async () => {
  const ctx = await testCtx()
  onTestFinished(() => ctx.close())
  const admin = { ...ctx, providerKinds: providerKindsMap([manual, cloud]) }
  const config = { url: 'https://a', password: 'hidden-1', accounts: [{ name: 'x', key: 'hidden-2' }] }
  const shown = { url: 'https://a', accounts: [{ name: 'x' }] }
  expect((await providerCreate(admin, { name: 'far', kind: 'cloud', config })).config).toEqual(shown)
  expect((await providerView(admin, 'far')).config).toEqual(shown)
  expect(JSON.stringify(await providerList(admin, {}))).not.toContain('hidden')
  const changed = await providerUpdate(admin, 'far', { config: { url: 'https://b' } })
  expect(changed.config).toEqual({ url: 'https://b' })
  const stored = async () =>
    (await ctx.database.pool.query<{ config: unknown }>(`select config from provider where name = 'far'`))
      .rows[0]?.config
  expect(await stored()).toEqual({ url: 'https://b', password: 'hidden-1' })
  await providerUpdate(admin, 'far', { config: { url: 'https://b', password: 'hidden-3' } })
  expect(await stored()).toEqual({ url: 'https://b', password: 'hidden-3' })
  const events = await ctx.database.pool.query(
    `select before, after from event where subject_kind = 'provider'`,
  )
  expect(events.rowCount).toBe(3)
  expect(JSON.stringify(events.rows)).not.toContain('hidden')
  // This server knows no such kind: it cannot say what is secret.
  expect((await providerView(ctx, 'far')).config).toEqual({})
})
