/** What the lab offers to begin with. */
export const scenarioExample = `name: an evening
horizon: 6h
policies: [best-fit, worst-fit]
nodes:
  - name: worker
    count: 6
    cpuCores: 16
    memory: 64 GiB
    gpus: 2
    watts: { idle: 90, peak: 260, perGpu: 200 }
arrivals:
  - { task: shop, count: 3, cpuCores: 4, memory: 8 GiB }
  - poisson: jobs
    perHour: 30
    mix:
      - { name: small, weight: 3, runs: 20m, cpuCores: 2, memory: 4 GiB }
      - { name: train, runs: 2h, cpuCores: 4, memory: 16 GiB, gpus: 1 }
events:
  - { at: 2h, fail: worker-2 }
  - { at: 3h, recover: worker-2 }
`
