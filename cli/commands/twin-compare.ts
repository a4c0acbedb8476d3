/** Policies side by side on one trace, here and without a server. */
import { policies } from '@orrery/core/policy/policies.ts'
import { type Command, quietFlag } from '../command.ts'
import { UsageError } from '../exit-code.ts'
import { policiesChosen, seedsOf } from '../twin-flags.ts'

const policyNames = policies.map(({ name }) => name)
const policiesUsual = ['random', 'best-fit', 'fgd']

export const twinCompareCommand: Command = {
  words: ['twin', 'compare', 'openb'],
  summary: 'run a trace under several policies, side by side',
  description:
    'It runs here; no server is asked. A task runs for its own time once it has a place; one that finds none waits for the first that comes free, unless --reject. The trace keeps few tasks alive at once; --load repeats them with longer lives until that share of the GPUs is asked for. Each figure is the mean over the seeds, which also order the nodes; the best policy of a row has a star.',
  examples: [
    'orrery twin compare openb nodes.csv pods.csv --load 0.9',
    'orrery twin compare openb nodes.csv pods.csv --load 1.1 --policy best-fit,fgd,weighted --seeds 1..5 --reject',
    'orrery twin compare openb nodes.csv pods.csv --load 1.1 --policy best-fit --policy onnx:placement.onnx',
  ],
  args: [
    { name: 'NODES.csv', required: true, description: 'sn, cpu_milli, memory_mib, gpu, model' },
    { name: 'PODS.csv', required: true, description: 'name, cpu_milli, memory_mib, num_gpu, gpu_milli, …' },
  ],
  flags: [
    {
      name: 'policy',
      value: 'NAME',
      repeatable: true,
      description: `of ${policyNames.join(', ')}, a sum of scores as best-fit*0.7+carbon*0.3, or onnx:FILE for a learned one; without it ${policiesUsual.join(', ')}`,
    },
    { name: 'load', value: 'F', description: 'share of the GPUs that is asked for, as 0.9' },
    { name: 'seeds', value: 'LIST', description: 'as 1, 1..5 or 1,7 (default 1)' },
    { name: 'reject', description: 'turn away what finds no place at once' },
    { name: 'json', description: 'print every run, with its curves, as JSON' },
    quietFlag,
  ],
  async run(cli, given) {
    const [nodesPath = '', podsPath = ''] = given.args
    const asked = {
      nodesPath,
      podsPath,
      policies: policiesChosen(given, policyNames, policiesUsual, { learned: true }),
      seeds: seedsOf(given.text('seeds') ?? '1'),
      load: loadOf(given.text('load')),
    }
    // The simulator is loaded by those who run it, not with every command.
    const { compareRun } = await import('./twin-compare-run.ts')
    return compareRun(cli, given, asked)
  },
}

function loadOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const load = Number(text)
  if (text.trim() === '' || !(load > 0 && load <= 10)) {
    throw new UsageError(`--load must be a number above 0 and up to 10, as 0.9; got '${text}'`)
  }
  return load
}
