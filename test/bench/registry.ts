import type { Bench } from './bench.ts'
import { bind } from './bind.ts'
import { env } from './env.ts'
import { events } from './events.ts'
import { fork } from './fork.ts'
import { inventory } from './inventory.ts'
import { ingest } from './ingest.ts'
import { orrery } from './orrery.ts'
import { placement } from './placement.ts'
import { reoptimise } from './reoptimise.ts'
import { scale } from './scale.ts'

/** Every benchmark there is. */
export const benches: readonly Bench[] = [
  ingest,
  inventory,
  bind,
  events,
  placement,
  reoptimise,
  scale,
  fork,
  env,
  orrery,
]
