/** Runs a published experiment in the twin, here and without a server, and shows the figures beside the published ones. */
import { ownPolicies } from '@orrery/core/twin/experiment/outdo.ts'
import { reproduciblePolicies } from '@orrery/core/twin/experiment/published.ts'
import { type Command, quietFlag } from '../command.ts'
import { chosen, oneOf, openbWorkloadsIn, seedsOf } from '../twin-flags.ts'

const seedsPublished = '42..51'
const runnable = [...reproduciblePolicies, ...ownPolicies]

export const twinReproduceCommand: Command = {
  words: ['twin', 'reproduce'],
  summary: 'run a published experiment, with its figures beside ours',
  description:
    'EXPERIMENT is fgd: the placement experiment of Weng et al., "Beware of Fragmentation" (USENIX ATC 2023). It runs here; no server is asked. The folder holds the trace (openb_node_list_gpu_node.csv, openb_pod_list_NAME.csv) and the published figures (expected_alloc.csv, expected_fragratio.csv). Ends with 8 when a figure differs: at all for policies that do not draw, by more than noise for the one that does. Our own policy (fill) stands beside FGD, as published or, for a list that nothing was published of, as it comes out here, with its time as a multiple of that of FGD; ends with 8 when it allocates less.',
  examples: [
    'orrery twin reproduce fgd --data openb',
    'orrery twin reproduce fgd --data openb --workload default --policy fgd --policy best-fit --seeds 42',
    'orrery twin reproduce fgd --data openb --policy fill',
  ],
  args: [{ name: 'EXPERIMENT', required: true, description: 'what to reproduce', choices: ['fgd'] }],
  flags: [
    { name: 'data', value: 'DIR', required: true, description: 'the folder of the trace and its figures' },
    {
      name: 'workload',
      value: 'NAME',
      repeatable: true,
      description: 'as default, cpu050; without it all that are there',
    },
    {
      name: 'policy',
      value: 'NAME',
      repeatable: true,
      description: `of ${runnable.join(', ')}; without it all`,
    },
    { name: 'seeds', value: 'LIST', description: `as 42, 42..51 or 42,45 (default ${seedsPublished})` },
    { name: 'json', description: 'print the figures as JSON' },
    quietFlag,
  ],
  async run(cli, given) {
    oneOf('experiment', given.args[0] ?? '', ['fgd'])
    const asked = chosen('policy', given, runnable)
    const policies = asked.filter((name) => reproduciblePolicies.includes(name))
    const own = asked.filter((name) => ownPolicies.includes(name))
    const seeds = seedsOf(given.text('seeds') ?? seedsPublished)
    const folder = given.text('data') ?? ''
    const workloads = chosen('workload', given, await openbWorkloadsIn(folder))
    // The experiment's own code is loaded by those who run it, not with every command.
    const { twinRun } = await import('./twin-run.ts')
    return twinRun(cli, given, { folder, workloads, policies, own, seeds })
  },
}
