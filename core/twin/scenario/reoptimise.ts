import type { ScenarioHead } from '@orrery/api/scenario.ts'
import { movesUsual } from '../../planner/reoptimise/propose.ts'
import { durationShow } from '../../quantity.ts'
import type { Reoptimise } from '../simulation/reoptimise.ts'
import { type Places, nodeIndexOf } from './nodes.ts'
import type { Reading } from './reading.ts'
import { secondsOf } from './words.ts'

/** Each time all that runs is looked at. */
const timesMax = 10_000

export function reoptimiseRead(
  reading: Reading,
  given: ScenarioHead['reoptimise'],
  places: Places,
): Reoptimise | null {
  if (given === undefined) return null
  const { aim, every, movesMax = movesUsual, nodes = [] } = given
  const { horizonSeconds, refuse } = reading
  const path = ['reoptimise']
  const everySeconds = secondsOf(every)
  if (everySeconds > horizonSeconds) {
    refuse([...path, 'every'], `it would never happen before the horizon of ${durationShow(horizonSeconds)}`)
  }
  if (!(everySeconds * timesMax >= horizonSeconds)) {
    refuse([...path, 'every'], `it would happen more than ${timesMax} times; write a longer time, as 1h`)
  }
  if (aim === 'evacuate' && nodes.length === 0) {
    refuse(path, '`evacuate` needs the names of the nodes to be emptied, as nodes: [worker-1]')
  }
  if (aim !== 'evacuate' && nodes.length > 0) {
    refuse([...path, 'nodes'], `\`nodes\` are for \`evacuate\`; \`${aim}\` chooses by itself`)
  }
  return {
    aim,
    everySeconds,
    movesMax,
    nodes: nodes.map((name, at) => nodeIndexOf(reading, places, name, [...path, 'nodes', at])),
  }
}
