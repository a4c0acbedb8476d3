import { randomExponential, randomFloat, randomStream } from '../../random.ts'
import type { SimulationTask } from '../simulation/tasks.ts'
import type { Poisson, PoissonKind } from './model.ts'

/** The tasks that come at random with a seed. Each stream draws from its own, so that one more does not move the others. */
export function poissonTasks(poisson: Poisson, seed: number): SimulationTask[] {
  const stream = randomStream(seed, 'poisson', poisson.name)
  const weight = poisson.mix.reduce((sum, kind) => sum + kind.weight, 0)
  const tasks: SimulationTask[] = []
  let at = poisson.fromSeconds
  for (;;) {
    at += randomExponential(stream, 3600 / poisson.perHour)
    if (at >= poisson.untilSeconds) return tasks
    const kind = kindDraw(poisson.mix, randomFloat(stream) * weight)
    const runs = kind.lives === 'fixed' ? kind.runsSeconds : lifeDraw(kind, stream)
    tasks.push({
      ...kind.task,
      // A `#` keeps them apart from tasks that somebody named.
      name: `${poisson.name}${kind.name === '' ? '' : `-${kind.name}`}#${tasks.length + 1}`,
      arrivalSeconds: at,
      departureSeconds: runs === null ? null : at + runs,
    })
  }
}

function lifeDraw({ runsSeconds }: PoissonKind, stream: ReturnType<typeof randomStream>): number | null {
  return runsSeconds === null ? null : randomExponential(stream, runsSeconds)
}

function kindDraw(mix: readonly PoissonKind[], drawn: number): PoissonKind {
  let left = drawn
  for (const kind of mix) {
    left -= kind.weight
    if (left < 0) return kind
  }
  // Rounding may leave a hair; the schema asks for one kind at least.
  return mix[mix.length - 1] as PoissonKind
}
