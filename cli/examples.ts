/** Examples of the commands that come from the operations. What is not written here is made from the shape. */
import type { SchemaFlag } from './flag.ts'
import type { OperationShape } from './operation-shape.ts'

const written: Record<string, readonly string[]> = {
  siteCreate: [
    'orrery site create lab --kind edge --carbon-grams-per-kwh 120 --link to=cloud,latencyMs=12,bandwidthMbps=1000',
  ],
  siteUpdate: ['orrery site update lab --renewable-share 0.8 --label owner=physics'],
  nodeList: [
    'orrery node list',
    'orrery node list --filter "state:ready site:lab" --sort -workloadCount',
    'orrery node list --at 2026-01-31T12:00:00Z',
    'orrery node list --columns name,capacity.cpuCores,usage.cpuCores',
    'orrery node list --all --json > nodes.json',
  ],
  nodeCreate: [
    'orrery node create edge-7 --site lab --capacity-cpu-cores 12 --capacity-memory-bytes 16GiB',
    'orrery node create gpu-1 --site lab --capacity-cpu-cores 64 --capacity-memory-bytes 256GiB --capacity-gpu model=A10,milli=1000',
    'orrery node create --data @node.json',
  ],
  nodeUpdate: ['orrery node update edge-7 --label rack=b2 --capability gpu'],
  nodeDrain: ['orrery node drain edge-7 --reason "new memory"'],
  workloadList: [
    'orrery workload list --filter state:pending',
    'orrery workload list --at 2h',
    'orrery workload list --wide --sort -demand.cpuCores',
  ],
  workloadCreate: [
    'orrery workload create web-1 --demand-cpu-cores 2 --demand-memory-bytes 4GiB',
    'orrery workload create train --demand-cpu-cores 8 --demand-memory-bytes 32GiB --demand-gpu-count 1 --demand-gpu-milli 500',
    'orrery workload create far --demand-cpu-cores 1 --demand-memory-bytes 1GiB --constraints-latency-ms-max 20',
  ],
  workloadBind: [
    'orrery workload bind web-1 edge-7',
    'orrery workload bind web-1 --node edge-7 --reason "close to its users"',
  ],
  workloadMigrate: ['orrery workload migrate web-1 edge-8'],
  workloadResize: ['orrery workload resize web-1 --demand-cpu-cores 4 --demand-memory-bytes 8GiB'],
  workloadDecisions: ['orrery workload decisions web-1 --limit 1'],
  sampleIngest: ['orrery sample ingest --data @samples.json'],
  sampleList: ['orrery sample list edge-7 --since 1h --step-seconds 60 --aggregate max'],
  eventList: [
    'orrery event list --filter kind:workload --since 15m',
    'orrery event list --order asc --all --json',
  ],
  policyCreate: ['orrery policy create pack --algorithm best-fit --mode approve --active'],
  planCreate: [
    'orrery plan create --policy pack --reason "consolidate"',
    'orrery plan create --step kind=migrate,workload=web-1,node=edge-8',
  ],
  planRollback: ['orrery plan rollback 0192b1c5-0000-7000-8000-000000000001 --reason "too hot"'],
  runCreate: [
    'orrery run create --policy best-fit --policy fgd --seed 1 --seed 2',
    'orrery twin fork --policy best-fit,fgd   # the same, waited for',
    'orrery twin fork --scenario scenario.yaml   # of a scenario, not of the inventory',
  ],
  runResult: ['orrery run result tuesday --policy fgd --json'],
  runWhy: ['orrery run why tuesday --workload web-1 --policy fgd'],
  runPlan: ['orrery run plan tuesday --policy fgd --reason "the GPUs fill up better"'],
  agentCreate: [
    'orrery agent create otto --mode approve --rails-places-per-minute 10 --rails-site lab',
    'orrery agent create ml --mode act --url http://10.0.0.7:50090',
  ],
  agentUpdate: ['orrery agent update otto --mode act', 'orrery agent update otto --no-enabled'],
  agentAct: ['orrery agent act otto --turn 0192b1c5-0000-7000-8000-000000000001 --node edge-7'],
  agentTurns: ['orrery agent turns otto --filter outcome:refused'],
  agentHalt: ['orrery agent halt --reason "something is odd"'],
  providerCreate: ['orrery provider create emu --kind emulator --config speed=10'],
  principalCreate: ['orrery principal create ada --role operator'],
  principalInvite: ['orrery principal invite ada --expires-in-seconds 86400'],
  tokenCreate: ['orrery token create ci --role viewer --expires-in-seconds 2592000 --quiet > token'],
  importCreate: [
    'orrery import create --data @import.json',
    'orrery import openb nodes.csv pods.csv   # the same in one step',
  ],
  importCheck: ['orrery import check --data @import.json'],
  statusView: ['orrery status', 'orrery status --json'],
  inventoryView: ['orrery inventory --json', 'orrery inventory --at 2026-01-31T12:00:00Z'],
}

export function examplesOf(shape: OperationShape): string[] {
  const own = written[shape.name]
  if (own !== undefined) return [...own]
  const words = ['orrery', shape.noun, shape.verb]
  if (shape.hasRef) words.push(sampleRef[shape.noun] ?? '0192b1c5-0000-7000-8000-000000000001')
  if (shape.positional !== null) words.push('NAME')
  for (const flag of shape.body)
    if (flag.required && flag !== shape.positional) words.push(`--${flag.name}`, sampleValue(flag))
  return [words.join(' ')]
}

const sampleRef: Record<string, string> = {
  site: 'lab',
  node: 'edge-7',
  workload: 'web-1',
  policy: 'pack',
  provider: 'emu',
  principal: 'ada',
}

function sampleValue(flag: SchemaFlag): string {
  return flag.choices[0] ?? (flag.kind === 'bytes' ? '16GiB' : flag.kind === 'text' ? 'TEXT' : '12')
}
