/**
 * The demonstration: an emulated continuum on an empty inventory. Its provider and its sites are made here; its nodes
 * appear as the provider is observed, and its workloads come and go by server/demo/arrivals.ts.
 */
import { OrreryError } from '@orrery/api/errors.ts'
import { type EmulatorConfig, emulatorConfigParse } from '@orrery/core/emulator/config.ts'
import { emulatorDemo } from '@orrery/core/emulator/demo.ts'
import { carbonAt } from '@orrery/core/emulator/energy.ts'
import { providerFind } from '../db/provider.ts'
import { siteFind } from '../db/site.ts'
import type { Ctx } from '../verbs/context.ts'
import { providerCreate } from '../verbs/provider/create.ts'
import { providerUpdate } from '../verbs/provider/update.ts'
import { siteCreate } from '../verbs/site/create.ts'

export const demoProviderName = 'demo'

export type DemoOptions = {
  /** emulated seconds per second; null: 60, or what a demonstration that goes on already has */
  speed: number | null
  /** null: 42, or what a demonstration that goes on already has */
  seed: number | null
}

/** Real seconds between two samples of everything. */
const sampleEverySeconds = 5
const speedDefault = 60

/**
 * Makes the demonstration's world, or finishes making it, or goes on with it at another speed. Does nothing, and returns
 * false, when the inventory has nodes of its own: a demonstration does not mix with real machines.
 */
export async function demoSeed(ctx: Ctx, { speed, seed }: DemoOptions): Promise<boolean> {
  const there = await providerFind(ctx.database.db, demoProviderName)
  if (there === null && ctx.mirror.nodes.size > 0) {
    ctx.log.info(
      { nodes: ctx.mirror.nodes.size },
      'the inventory is not empty: no demonstration is added to it',
    )
    return false
  }
  if (there !== null && there.kind !== 'emulator') {
    ctx.log.warn(
      { provider: there.name, kind: there.kind },
      'a provider has the name of the demonstration: it is left out',
    )
    return false
  }
  const config = there === null ? configOf(speed ?? speedDefault, seed) : emulatorConfigParse(there.config)
  for (const site of config.sites) await siteEnsure(ctx, config, site)
  if (there === null) {
    await unlessThere(() => providerCreate(ctx, { name: demoProviderName, kind: 'emulator', config }))
  }
  if (there !== null && speed !== null && speed !== config.speed) {
    await providerUpdate(ctx, there.id, { config: { ...config, ...paceOf(speed) } })
  }
  return true
}

function configOf(speed: number, seed: number | null): EmulatorConfig {
  return { ...emulatorDemo(seed === null ? {} : { seed }), ...paceOf(speed) }
}

function paceOf(speed: number): Pick<EmulatorConfig, 'speed' | 'sampleSeconds'> {
  return { speed, sampleSeconds: Math.min(86_400, Math.max(1, sampleEverySeconds * speed)) }
}

async function siteEnsure(
  ctx: Ctx,
  config: EmulatorConfig,
  site: EmulatorConfig['sites'][number],
): Promise<void> {
  if ((await siteFind(ctx.database.db, site.name)) !== null) return
  await unlessThere(() =>
    siteCreate(ctx, {
      name: site.name,
      kind: site.kind,
      geo: site.geo,
      allowedRiskLevels: site.allowedRiskLevels,
      links: site.links,
      ...carbonAt(site, Date.parse(config.startAt) / 1000),
    }),
  )
}

/** Another server that starts at the same moment may have made it. */
async function unlessThere(create: () => Promise<unknown>): Promise<void> {
  try {
    await create()
  } catch (error) {
    if (!(error instanceof OrreryError) || error.code !== 'conflict') throw error
  }
}
