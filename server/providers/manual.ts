import { Type } from 'typebox'
import type { ProviderKindSpec } from './provider.ts'

/** Machines that register themselves: nothing is observed or started from here, so a bound workload counts as running. */
export const manual: ProviderKindSpec = {
  kind: 'manual',
  description: 'Machines that register themselves and report their own measurements.',
  capabilities: {
    observe: false,
    start: false,
    migrate: 'cold',
    resize: 'cold',
    metrics: false,
    workloadKinds: ['vm', 'module', 'runtime', 'container', 'seat'],
  },
  configSchema: Type.Object({}, { additionalProperties: false }),
  open: async () => ({
    observe: async () => ({ nodes: [], workloads: [], samples: [], sites: [] }),
    apply: async (step) => ({ providerRef: step.workload.providerRef }),
    close: async () => undefined,
  }),
}
