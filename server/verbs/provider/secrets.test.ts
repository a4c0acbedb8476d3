import { Type } from 'typebox'
import { expect, onTestFinished, test } from 'vitest'
import { testSealer } from '../../../test/setup/sealer.ts'
import { type TestCtx, testCtx } from '../../../test/setup/server.ts'
import { providerFind } from '../../db/provider.ts'
import { providerKindsMap } from '../../provider-kinds.ts'
import { manual } from '../../providers/manual.ts'
import { providerCreate } from './create.ts'
import { providerList } from './list.ts'
import { configOpener } from './secrets.ts'
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
  expect(await opened(admin)).toEqual({ url: 'https://b', password: 'hidden-1' })
  await providerUpdate(admin, 'far', { config: { url: 'https://b', password: 'hidden-3' } })
  expect(await opened(admin)).toEqual({ url: 'https://b', password: 'hidden-3' })
  const events = await ctx.database.pool.query(
    `select before, after from event where subject_kind = 'provider'`,
  )
  expect(events.rowCount).toBe(3)
  expect(JSON.stringify(events.rows)).not.toContain('hidden')
  // This server knows no such kind: it cannot say what is secret.
  expect((await providerView(ctx, 'far')).config).toEqual({})
})

test('a secret is sealed in the database for its provider alone, and opens for the provider', async () => {
  const ctx = await testCtx()
  onTestFinished(() => ctx.close())
  const admin = { ...ctx, providerKinds: providerKindsMap([manual, cloud]) }
  const config = { url: 'https://a', password: 'hidden-1', accounts: [{ name: 'x', key: 'hidden-2' }] }
  await providerCreate(admin, { name: 'far', kind: 'cloud', config })
  await providerUpdate(admin, 'far', { config: { ...config, url: 'https://b' } })
  const { rows } = await ctx.database.pool.query(`select config from provider where name = 'far'`)
  expect(rows).toHaveLength(1)
  expect(JSON.stringify(rows)).not.toContain('hidden')
  expect(await opened(admin)).toEqual({ ...config, url: 'https://b' })
  // Copied into another provider's row it is of no use.
  await providerCreate(admin, { name: 'near', kind: 'cloud', config: { url: 'https://c' } })
  await ctx.database.pool.query(
    `update provider set config = (select config from provider where name = 'far') where name = 'near'`,
  )
  await expect(opened(admin, 'near')).rejects.toThrow('belongs to something else')
})

test('with another key the provider says which one is missing, and the secret can be set anew', async () => {
  const ctx = await testCtx()
  onTestFinished(() => ctx.close())
  const admin = { ...ctx, providerKinds: providerKindsMap([manual, cloud]) }
  await providerCreate(admin, { name: 'far', kind: 'cloud', config: { url: 'https://a', password: 'old' } })
  const elsewhere = { ...admin, sealer: testSealer() }
  await expect(opened(elsewhere)).rejects.toThrow(
    /sealed with the key [0-9a-f]{8}, and this server has the key [0-9a-f]{8}/,
  )
  await expect(providerUpdate(elsewhere, 'far', { config: { url: 'https://b' } })).rejects.toThrow(
    '--secret-key-file',
  )
  await providerUpdate(elsewhere, 'far', { config: { url: 'https://b', password: 'new' } })
  expect(await opened(elsewhere)).toEqual({ url: 'https://b', password: 'new' })
})

/** The config as the provider gets it. */
async function opened(ctx: Pick<TestCtx, 'database' | 'sealer'>, name = 'far'): Promise<unknown> {
  const row = await providerFind(ctx.database.db, name)
  if (row === null) throw new Error(`there is no provider ${name}`)
  return configOpener(ctx.sealer)(row, cloud)
}
