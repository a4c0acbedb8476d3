import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { testDatabase } from '../../test/setup/schema.ts'
import { providerConformance } from './conformance.ts'
import { emulator } from './emulator/emulator.ts'
import { manual } from './manual.ts'

const gib = 1024 ** 3
const flat = (value: number) => Array.from({ length: 24 }, () => value)
const nodeNamed = (name: string, providerRef: string | null) => ({ id: randomUUID(), name, providerRef })

const config = {
  seed: 7,
  speed: 1000,
  sampleSeconds: 10,
  start: { meanSeconds: 20, deviationSeconds: 0, failedShare: 0 },
  sites: [
    {
      name: 'here',
      kind: 'edge',
      carbonGramsPerKwh: flat(100),
      renewableShare: flat(0.5),
      nodes: [
        {
          name: 'host',
          count: 3,
          kind: 'host',
          capacity: { cpuCores: 8, memoryBytes: 32 * gib, diskBytes: 100 * gib, gpus: [] },
        },
      ],
    },
  ],
}

providerConformance({
  spec: emulator,
  async open() {
    const database = await testDatabase()
    const id = randomUUID()
    await database.db
      .insertInto('provider')
      .values({ id, name: 'world', kind: 'emulator', config: '{}', enabled: true })
      .execute()
    const reopen = () => emulator.open({ id, name: 'world', config, database, nowMs: Date.now })
    return {
      provider: await reopen(),
      reopen,
      nodes: [nodeNamed('host-1', 'host-1'), nodeNamed('host-2', 'host-2')],
      // 20 emulated seconds to come up, and one sampling period.
      settle: () => sleep(60),
      close: () => database.drop(),
    }
  },
})

providerConformance({
  spec: manual,
  async open() {
    const database = await testDatabase()
    const reopen = () =>
      manual.open({ id: randomUUID(), name: 'manual', config: {}, database, nowMs: Date.now })
    return {
      provider: await reopen(),
      reopen,
      nodes: [nodeNamed('one', null), nodeNamed('two', null)],
      settle: async () => undefined,
      close: () => database.drop(),
    }
  },
})
