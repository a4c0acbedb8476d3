/** What tests of verbs, loops and facades start from: a whole context on a schema of its own, without listeners. */
import { randomUUID } from 'node:crypto'
import { manualProviderEnsure, systemActor } from '@orrery/server/bootstrap.ts'
import { providerKindsMap } from '@orrery/server/provider-kinds.ts'
import { providerKinds } from '@orrery/server/providers/registry.ts'
import { type OpenServices, servicesOpen } from '@orrery/server/services.ts'
import type { Ctx, Log } from '@orrery/server/verbs/context.ts'
import { testDatabase } from './schema.ts'
import { testSealer } from './sealer.ts'

export type TestCtx = Ctx & {
  services: OpenServices
  /** names of loops that were nudged, in order */
  nudged: string[]
  close(): Promise<void>
}

/** Errors in a test's log fail it loudly at close; warnings are kept. */
export async function testCtx(): Promise<TestCtx> {
  const database = await testDatabase()
  const logged: string[] = []
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (fields, message) => logged.push(`${message} ${JSON.stringify(fields, errorText)}`),
  }
  await manualProviderEnsure(database)
  const actor = await systemActor(database)
  const nudged: string[] = []
  const services = await servicesOpen({
    database,
    instanceId: randomUUID(),
    providerKinds: providerKindsMap(providerKinds),
    sealer: testSealer(),
    nudge: (loop) => nudged.push(loop),
    log,
  })
  return {
    ...services,
    services,
    actor,
    nudged,
    async close() {
      await services.close()
      await database.drop()
      if (logged.length > 0) throw new Error(`errors were logged:\n${logged.join('\n')}`)
    },
  }
}

function errorText(_key: string, value: unknown): unknown {
  return value instanceof Error ? `${value.name}: ${value.message}` : value
}
