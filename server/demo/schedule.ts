/**
 * Which workloads of the synthetic mix (core/trace/mix.ts) come to the demonstration, and when. Every emulated day is
 * drawn by itself from the seed, so that the schedule can be taken up at any day; times are emulated seconds since 1970.
 */
import { demoMix } from '@orrery/core/emulator/demo.ts'
import { type MixTask, mixTasks } from '@orrery/core/trace/mix.ts'

export type DemoTask = {
  name: string
  site: string
  task: MixTask
  arrivesSeconds: number
  departsSeconds: number
}

const day = 86_400
/** Nearly nothing lives longer than this. */
const lookBackSeconds = 40 * day

/**
 * Those that arrive after `afterSeconds` (null: from the world's beginning on) and no later than `untilSeconds`, and are
 * still there then, in order of arrival.
 */
export function demoTasks(
  world: { seed: number; beginSeconds: number },
  afterSeconds: number | null,
  untilSeconds: number,
): DemoTask[] {
  const from = Math.max(
    afterSeconds ?? world.beginSeconds,
    untilSeconds - lookBackSeconds,
    world.beginSeconds,
  )
  const due: DemoTask[] = []
  for (let number = dayOf(world, from); number <= dayOf(world, untilSeconds); number += 1) {
    demoMix.forEach((_, index) => {
      for (const each of dayTasks(world, index, number)) {
        if (each.arrivesSeconds > untilSeconds) break
        const before = afterSeconds !== null && each.arrivesSeconds <= afterSeconds
        if (!before && each.departsSeconds > untilSeconds) due.push(each)
      }
    })
  }
  return due.sort((a, b) => a.arrivesSeconds - b.arrivesSeconds || (a.name < b.name ? -1 : 1))
}

function dayOf(world: { beginSeconds: number }, seconds: number): number {
  return Math.floor(seconds / day) - Math.floor(world.beginSeconds / day)
}

/** One day at one site. The first day begins with the world, and with those that stand there already. */
function* dayTasks(
  world: { seed: number; beginSeconds: number },
  index: number,
  number: number,
): Generator<DemoTask> {
  const mix = demoMix[index]
  if (mix === undefined) return
  const midnight = (Math.floor(world.beginSeconds / day) + number) * day
  const startSeconds = number === 0 ? world.beginSeconds - midnight : 0
  const seed = (world.seed + index * 1_000_003 + number * 7919) % 2 ** 32
  const unique = demoMix.filter(({ place }) => place === mix.place).length === 1
  let count = 0
  for (const task of mixTasks({ seed, place: mix.place, standing: mix.standing, startSeconds })) {
    count += 1
    if (number > 0 && count <= mix.standing) continue
    if (task.arrivalSeconds >= day) return
    const ordinal = String(count).padStart(4, '0')
    yield {
      name: `${unique ? mix.place : mix.site}-${task.size}-${number + 1}-${ordinal}`,
      site: mix.site,
      task,
      arrivesSeconds: midnight + task.arrivalSeconds,
      departsSeconds: midnight + (task.departureSeconds ?? day),
    }
  }
}
