/** A small trace in the openb layout, for tests: four nodes of two GPUs and tasks that come, wait, and leave. */

export const madeUpNodes = [
  'sn,cpu_milli,memory_mib,gpu,model',
  ...[0, 1, 2, 3].map((number) => `node-${number},16000,65536,2,T4`),
].join('\n')

type Row = [name: string, cpuMilli: number, gpus: number, gpuMilli: number, from: number, to: number]

/** Tasks in rounds of ten a minute; each lives for five minutes and asks for a share of a GPU or for two whole ones. */
export function madeUpPods(count: number): string {
  const rows = Array.from({ length: count }, (_, index): Row => {
    const from = Math.floor(index / 10) * 60 + (index % 10)
    const large = index % 7 === 3
    return [
      `pod-${index}`,
      large ? 8000 : 2000,
      large ? 2 : 1,
      large ? 1000 : 250 + (index % 3) * 250,
      from,
      from + 300,
    ]
  })
  return [
    'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time',
    ...rows.map(
      ([name, cpu, gpus, milli, from, to]) =>
        `${name},${cpu},4096,${gpus},${milli},,LS,Running,${from},${to},${from}`,
    ),
  ].join('\n')
}
