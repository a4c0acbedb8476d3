import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** What each loop exports, by its name. */
export type LoopMetrics = {
  ended(loop: string, outcome: 'ok' | 'failed', seconds: number): void
  owned(loop: string, owned: boolean): void
}

export function loopMetrics(registry: Registry): LoopMetrics {
  const registers = [registry]
  const runs = new Counter({
    name: 'orrery_loop_runs_total',
    help: 'runs of a loop by outcome',
    labelNames: ['loop', 'outcome'] as const,
    registers,
  })
  const seconds = new Histogram({
    name: 'orrery_loop_seconds',
    help: 'how long a run of a loop took',
    labelNames: ['loop'] as const,
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  })
  const ownedGauge = new Gauge({
    name: 'orrery_loop_owned',
    help: '1 while this server owns the loop',
    labelNames: ['loop'] as const,
    registers,
  })
  return {
    ended(loop, outcome, took) {
      runs.inc({ loop, outcome })
      seconds.observe({ loop }, took)
    },
    owned: (loop, owned) => ownedGauge.set({ loop }, owned ? 1 : 0),
  }
}
