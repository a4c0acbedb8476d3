/** The published trace and figures, for tests and benchmarks: they are not part of the project and may be absent. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TraceFile } from '@orrery/core/trace/csv.ts'
import { type Experiment, experimentRead } from '@orrery/core/twin/experiment/experiment.ts'
import { type Published, publishedRead } from '@orrery/core/twin/experiment/published.ts'

const folder = join(import.meta.dirname, '../../../shared/data/openb')

export const openbAbsent = !existsSync(folder) && 'the published data (../shared/data/openb) is not here'

export const openbWorkloads = ['cpu050', 'default', 'gpushare40', 'gpuspec10', 'multigpu20'] as const

function file(name: string): TraceFile {
  return { name, text: readFileSync(join(folder, name), 'utf8') }
}

export function openbExperiment(workload: (typeof openbWorkloads)[number]): Experiment {
  return experimentRead(file('openb_node_list_gpu_node.csv'), file(`openb_pod_list_${workload}.csv`))
}

export function openbPublished(): Published {
  return publishedRead(file('expected_alloc.csv'), file('expected_fragratio.csv'))
}

/** The published target of the default workload: cores, milli, devices, count and share of each class. */
export function openbTarget(): number[][] {
  return file('typical_default.csv')
    .text.trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').slice(1).map(Number))
}
