/** What each part of a policy is worth, in the published experiment and on lists of the same family. */
import { type Command, quietFlag } from '../command.ts'
import { UsageError } from '../exit-code.ts'
import { chosen, oneOf, openbWorkloadsIn, seedsOf } from '../twin-flags.ts'

const seedsPublished = '42..51'
const resampledUsual = 5
const resampledMax = 100

export const twinAblateCommand: Command = {
  words: ['twin', 'ablate'],
  summary: 'run a policy with one part off at a time',
  description:
    'POLICY is fill. It runs the experiment of `twin reproduce fgd` with each part of the policy off, and shows what is allocated in the end, % of all GPUs, mean over the seeds. It runs on the workloads of the folder, and on lists drawn from them in turn in which every class of work is as frequent as chance has it: what the policy owes to the published lists shows there.',
  examples: [
    'orrery twin ablate fill --data openb',
    'orrery twin ablate fill --data openb --workload default --seeds 42 --resampled 0',
  ],
  args: [{ name: 'POLICY', required: true, description: 'whose parts', choices: ['fill'] }],
  flags: [
    { name: 'data', value: 'DIR', required: true, description: 'the folder of the trace' },
    {
      name: 'workload',
      value: 'NAME',
      repeatable: true,
      description: 'as default, cpu050; without it all that are there',
    },
    { name: 'seeds', value: 'LIST', description: `as 42, 42..51 or 42,45 (default ${seedsPublished})` },
    {
      name: 'resampled',
      value: 'N',
      description: `how many drawn lists besides, 0 to ${resampledMax} (default ${resampledUsual})`,
    },
    { name: 'json', description: 'print every figure as JSON' },
    quietFlag,
  ],
  async run(cli, given) {
    oneOf('policy', given.args[0] ?? '', ['fill'])
    const seeds = seedsOf(given.text('seeds') ?? seedsPublished)
    const resampled = resampledOf(given.text('resampled'))
    const folder = given.text('data') ?? ''
    const workloads = chosen('workload', given, await openbWorkloadsIn(folder))
    // The experiment's own code is loaded by those who run it, not with every command.
    const { ablateRun } = await import('./twin-ablate-run.ts')
    return ablateRun(cli, given, { folder, workloads, resampled, seeds })
  },
}

function resampledOf(text: string | undefined): number {
  if (text === undefined) return resampledUsual
  const count = Number(text)
  if (!/^\d+$/.test(text.trim()) || count > resampledMax) {
    throw new UsageError(`--resampled must be a whole number from 0 to ${resampledMax}; got '${text}'`)
  }
  return count
}
