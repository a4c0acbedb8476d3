/** What is wrong with a scenario is told with its line and what would be right. */
import { expect, test } from 'vitest'
import { type ScenarioSource, scenarioFiles, scenarioOpen, scenarioRead } from './read.ts'
import { storyTell } from './story.ts'
import { combinationsOf } from './sweep.ts'

const head = `name: small
horizon: 1h
nodes:
  - { name: node, count: 2, cpuCores: 4, memory: 8 GiB }
`
const open = (text: string) => scenarioOpen({ name: 's.yaml', text })
const read = (text: string) => scenarioRead(open(text))

test.each<[string, string, string]>([
  ['an empty file', '', 's.yaml: the file is empty'],
  ['what is not YAML', 'name: [', 's.yaml:1: this is not YAML'],
  ['a key given twice', `${head}name: again\n`, 's.yaml:5: this is not YAML: map keys must be unique'],
  ['two documents', `${head}---\n${head}`, 'this is not YAML'],
  ['a list', '- a\n', 'must be object'],
  [
    'no horizon',
    'name: a\nnodes: [{ name: n, cpuCores: 1, memory: 1 GiB }]\n',
    's.yaml:1: horizon must be given here',
  ],
  ['an unknown key', `${head}arivals: []\n`, 's.yaml:5: there is no key arivals here; there are name,'],
  [
    'an unknown key of a node',
    `${head}  - { name: b, cpuCores: 1,\n      memory: 1, ram: 4 }\n`,
    's.yaml:6: there is no key ram here; there are name, count, site, cpuCores, memory',
  ],
  [
    'a duration that is none',
    head.replace('1h', 'soon'),
    's.yaml:2: horizon is "soon"; write a duration, as 90s, 10m',
  ],
  ['no time at all', head.replace('1h', '0s'), 's.yaml:2: the horizon must be longer than nothing'],
  [
    'a negative duration',
    head.replace('1h', '-5'),
    's.yaml:2: horizon is -5, and must be >= 0; write a duration',
  ],
  [
    'a size that is none',
    head.replace('8 GiB', 'much'),
    's.yaml:4: memory is "much"; write a size, as 512 MiB',
  ],
  [
    'a choice that is none',
    `${head}unplaced: maybe\n`,
    's.yaml:5: unplaced is "maybe"; it must be wait or reject',
  ],
  [
    'no nodes',
    `${head}  - { name: c, count: 0, cpuCores: 1, memory: 1 }\n`,
    's.yaml:5: count is 0, and must be >= 1',
  ],
  [
    'two of one name',
    `${head}  - { name: node-1, cpuCores: 1, memory: 1 }\n`,
    's.yaml:5: two nodes are called node-1',
  ],
  [
    'a site that is not there',
    `${head}  - { name: c, site: moon, cpuCores: 1, memory: 1 }\n`,
    's.yaml:5: there is no site moon; there are site',
  ],
  [
    'a model without GPUs',
    `${head}  - { name: c, gpuModel: A, cpuCores: 1, memory: 1 }\n`,
    's.yaml:5: a model of GPU is given',
  ],
  [
    'a link that leads nowhere',
    `${head}sites:\n  - { name: site, links: [{ to: moon, latencyMs: 1 }] }\n`,
    's.yaml:6: there is no site moon',
  ],
  [
    'a curve that does not begin',
    `${head}sites:\n  - { name: site, carbonGramsPerKwh: { steps: { 1h: 5 } } }\n`,
    's.yaml:6: the first step must be at 0s',
  ],
  [
    'a curve that is neither',
    `${head}sites:\n  - { name: site, carbonGramsPerKwh: low }\n`,
    's.yaml:6: carbonGramsPerKwh is "low"; write grams of CO2',
  ],
  [
    'a step after the end of its period',
    `${head}usage:\n  day:\n    every: 24h\n    steps: { 0h: 10%, 25h: 20% }\n`,
    's.yaml:8: 25h is not before the curve begins anew, after 24h',
  ],
  [
    'a time that is none',
    `${head}usage:\n  day:\n    steps: { 0h: 10%, noon: 20% }\n`,
    's.yaml:7: noon is not a time',
  ],
  ['a share that is none', `${head}usage: { day: 120% }\n`, 's.yaml:5: day is "120%"; write a share, steps'],
  [
    'an arrival of no kind',
    `${head}arrivals:\n  - { at: 5m }\n`,
    's.yaml:6: an entry here has one of the keys task, poisson, trace',
  ],
  [
    'an arrival of two kinds',
    `${head}arrivals:\n  - { task: a, trace: b }\n`,
    's.yaml:6: an entry here has one of the keys task, poisson, trace, not task and trace',
  ],
  [
    'a task that is too large for any node',
    `${head}arrivals:\n  - task: a\n    cpuCores: 1\n    memory: 9 GiB\n`,
    's.yaml:8: no node is that large, so that it could never run; ask for less, or add a node that has memory',
  ],
  [
    'GPUs that nobody has',
    `${head}arrivals:\n  - { task: a, cpuCores: 1, memory: 1, gpus: 1 }\n`,
    's.yaml:6: no node is that large, so that it could never run; ask for less, or add a node that has gpus',
  ],
  [
    'a share of two GPUs',
    `${head}arrivals:\n  - { task: a, cpuCores: 1, memory: 1, gpus: 2, gpuShare: 50% }\n`,
    's.yaml:6: a share is of one GPU',
  ],
  [
    'a usage that is not there',
    `${head}arrivals:\n  - { task: a, cpuCores: 1, memory: 1, usage: daily }\n`,
    's.yaml:6: there is no usage daily; name one under `usage`',
  ],
  [
    'a usage of memory that is not there',
    `${head}usage: { day: 40% }\narrivals:\n  - { task: a, cpuCores: 1, memory: 1, memoryUsage: daily }\n`,
    's.yaml:7: there is no usage daily; there are day',
  ],
  [
    'two tasks of one name',
    `${head}arrivals:\n  - { task: a, cpuCores: 1, memory: 1 }\n  - { task: a, cpuCores: 1, memory: 1 }\n`,
    's.yaml:7: two tasks are called a',
  ],
  [
    'a time after the horizon',
    `${head}arrivals:\n  - { task: a, at: 2h, cpuCores: 1, memory: 1 }\n`,
    's.yaml:6: 2h is after the horizon of 1h: it would never happen',
  ],
  [
    'a series of tasks that ends after the horizon',
    `${head}arrivals:\n  - { task: a, count: 9, every: 10m, cpuCores: 1, memory: 1 }\n`,
    's.yaml:6: the last of them would come at 1h20m',
  ],
  [
    'a stream that ends before it begins',
    `${head}arrivals:\n  - poisson: p\n    perHour: 5\n    from: 30m\n    until: 20m\n    mix: [{ cpuCores: 1, memory: 1 }]\n`,
    's.yaml:9: it ends before it begins',
  ],
  [
    'a flood',
    `${head}arrivals:\n  - poisson: p\n    perHour: 1e8\n    mix: [{ cpuCores: 1, memory: 1 }]\n`,
    's.yaml:7: more than 2000000 tasks would come',
  ],
  [
    'a node that is not there',
    `${head}events:\n  - { at: 1m, fail: node-3 }\n`,
    's.yaml:6: there is no node node-3; there are node-1, node-2',
  ],
  [
    'a task that is not there',
    `${head}events:\n  - { at: 1m, resize: web, cpuCores: 1, memory: 1 }\n`,
    's.yaml:6: there is no task web to resize',
  ],
  [
    'a negative time',
    `${head}events:\n  - { at: -1m, fail: node-1 }\n`,
    's.yaml:6: at is "-1m"; write a duration',
  ],
  [
    'a node that would wake too late',
    `${head}power:\n  sleepAfter: 10m\n  wakeUp: 2h\n`,
    's.yaml:7: no node would wake before the horizon',
  ],
  [
    'an unknown key of power',
    `${head}sites:\n  - { name: site, power: { sleepAfter: 10m, watts: 3 } }\n`,
    's.yaml:6: there is no key watts here; there are sleepAfter, wakeUp, sleepWatts',
  ],
  [
    'better places too late',
    `${head}reoptimise: { aim: consolidate, every: 2h }\n`,
    's.yaml:5: it would never happen before the horizon of 1h',
  ],
  [
    'better places without a pause',
    `${head}reoptimise: { aim: consolidate, every: 1ms }\n`,
    's.yaml:5: it would happen more than 10000 times',
  ],
  [
    'an aim that is none',
    `${head}reoptimise: { aim: tidy, every: 10m }\n`,
    's.yaml:5: aim is "tidy"; it must be consolidate or balance or evacuate',
  ],
  [
    'an evacuation of nothing',
    `${head}reoptimise: { aim: evacuate, every: 10m }\n`,
    's.yaml:5: `evacuate` needs the names of the nodes',
  ],
  [
    'an evacuation of a node that is not there',
    `${head}reoptimise: { aim: evacuate, every: 10m, nodes: [node-1, node-3] }\n`,
    's.yaml:5: there is no node node-3; there are node-1, node-2',
  ],
  [
    'nodes for who chooses by itself',
    `${head}reoptimise: { aim: balance, every: 10m, nodes: [node-1] }\n`,
    's.yaml:5: `nodes` are for `evacuate`; `balance` chooses by itself',
  ],
  ['a policy that is not there', `${head}policies: [fdg]\n`, 's.yaml:5: there is no policy algorithm "fdg"'],
  [
    'two policies of one name',
    `${head}policies:\n  - fgd\n  - fgd\n`,
    's.yaml:7: two policies are called fgd',
  ],
  ['a cycle', `${head}usage: &all\n  day: *all\n`, 's.yaml:6: this refers to what it is part of'],
  ['a cycle in a list', `${head}arrivals: &all [*all]\n`, 's.yaml:5: this refers to what it is part of'],
  ['what is nested too deeply', '['.repeat(100_000), 's.yaml:1: this is nested too deeply'],
  [
    'a file that is not there',
    `${head}arrivals:\n  - { trace: pods.csv, format: openb }\n`,
    's.yaml:6: the file pods.csv is not there',
  ],
])('%s is refused', (_, text, message) => {
  expect(() => read(text)).toThrow(message)
})

test('a bomb of aliases is refused before it goes off', () => {
  const levels = Array.from({ length: 12 }, (_, at) =>
    at === 0
      ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
      : `a${at}: &a${at} [${Array(9)
          .fill(`*a${at - 1}`)
          .join(', ')}]`,
  )
  expect(() => read(`${head}${levels.join('\n')}\n`)).toThrow('again too often')
})

test('an anchor may be used again', () => {
  const scenario = read(
    `${head}arrivals:\n  - &one { task: a, cpuCores: 1, memory: 1 GiB }\nevents:\n  - { at: 1m, resize: a, cpuCores: 500m, memory: 1 GiB }\n`,
  )
  expect(scenario.tasks.map(({ name }) => name)).toEqual(['a'])
})

const sweep: ScenarioSource = open(`${head}startUp: 0s
arrivals:
  - { poisson: p, perHour: 30, mix: [{ runs: 10m, cpuCores: 1, memory: 1 GiB }] }
sweep:
  startUp: [0s, 1m]
  nodes.node.count: [1, 3]
`)

test('a sweep runs every value with every other, under each policy and seed', () => {
  const all = combinationsOf(sweep, ['best-fit', 'fgd'], [1, 2])
  expect(all).toHaveLength(16)
  const [first, last] = [all[0], all.at(-1)]
  expect(first).toEqual({ policy: 'best-fit', seed: 1, parameters: { startUp: '0s', 'nodes.node.count': 1 } })
  const scenario = scenarioRead(sweep, [], last?.parameters)
  expect([scenario.startSeconds, scenario.nodes.length]).toEqual([60, 3])
  expect(scenarioRead(sweep).nodes).toHaveLength(2)
})

test.each<[string, string]>([
  ['nodes.worker.count', 'nodes.worker.count leads nowhere: there is no worker; there are node'],
  ['nodes.node.counts', 'there is no key counts here'],
  ['sweep', 'sweep cannot be swept over'],
  ['horizon', 'horizon is true'],
])('a parameter %s that is not right is refused', (key, message) => {
  const source = open(`${head}sweep:\n  ${key}: [true]\n`)
  expect(() => scenarioRead(source, [], { [key]: true })).toThrow(message)
})

test('tasks at random are the same for a seed, and others for another', () => {
  const scenario = scenarioRead(sweep)
  const [policy] = scenario.policies
  if (policy === undefined) throw new Error('a scenario has a policy')
  expect(storyTell(scenario, policy, 1)).toBe(storyTell(scenario, policy, 1))
  expect(storyTell(scenario, policy, 2)).not.toBe(storyTell(scenario, policy, 1))
  expect(storyTell(scenario, policy, 1)).toContain('p#1 arrives')
})

test('traces and recordings are read from the files they are in', () => {
  const source = open(`${head}usage:
  recorded: { series: cpu_utilization.csv, cpuCores: 4 }
arrivals:
  - { trace: pods.csv, format: openb }
  - { task: own, cpuCores: 1, memory: 1, usage: recorded }
`)
  expect(scenarioFiles(source)).toEqual(['pods.csv', 'cpu_utilization.csv'])
  const pods = 'name,cpu_milli,memory_mib,num_gpu,gpu_milli,creation_time,deletion_time'
  const files = [
    { name: 'pods.csv', text: `${pods}\na,1000,1024,0,0,100,160\nb,1000,1024,0,0,9000,9100\n` },
    {
      name: 'cpu_utilization.csv',
      text: 'timestamp,value\n2026-01-01 00:00:00,50\n2026-01-01 00:05:00,100\n',
    },
  ]
  const { tasks, usage } = scenarioRead(source, files)
  expect(
    tasks.map(({ name, arrivalSeconds, departureSeconds }) => [name, arrivalSeconds, departureSeconds]),
  ).toEqual([
    ['a', 0, 60],
    ['own', 0, null],
  ])
  expect(Array.from(usage?.[0]?.share.values ?? [])).toEqual([0.5, 1])
  const bad = files.with(0, { name: 'pods.csv', text: `${pods}\na,x,1024,0,0,100,160\n` })
  expect(() => scenarioRead(source, bad)).toThrow('s.yaml:8: pods.csv:2: cpu_milli')
})

test('a recording tells of memory too where it measured it and says how much there was', () => {
  const of = (usage: string, file = bitbrains) =>
    scenarioRead(
      open(
        `${head}usage:\n  recorded: { series: ${file.name}, ${usage} }\narrivals:\n  - { task: a, cpuCores: 1, memory: 1 GiB, memoryUsage: recorded }\n`,
      ),
      [file],
    )
  const header =
    'Timestamp [ms];CPU cores;CPU capacity provisioned [MHZ];CPU usage [MHZ];CPU usage [%];Memory capacity provisioned [KB];Memory usage [KB];Disk read throughput [KB/s];Disk write throughput [KB/s];Network received throughput [KB/s];Network transmitted throughput [KB/s]'
  const bitbrains = {
    name: 'vm.csv',
    text: `${header}\n1000000000000;2;2000;1000;50;4000;1000;0;0;0;0\n1000000300000;2;2000;500;25;4000;3000;0;0;0;0\n`,
  }
  const scenario = of('cpuCores: 2, memory: 4 MB')
  const [first = 0, second = 0] = scenario.memoryUsage?.[0]?.share.values ?? []
  expect(second / first).toBeCloseTo(3, 12)
  expect([scenario.tasks[0]?.memoryUsage, scenario.usage]).toEqual([0, null])
  expect(() => of('cpuCores: 2')).toThrow('say how much `memory` the machine had')
  const ec2 = { name: 'cpu_utilization.csv', text: 'timestamp,value\n2026-01-01 00:00:00,50\n' }
  expect(() => of('cpuCores: 2, memory: 4 MB', ec2)).toThrow('does not say how much memory was in use')
})
