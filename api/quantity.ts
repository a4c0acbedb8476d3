import { type Static, Type } from 'typebox'
import { strict } from './scalar.ts'

/**
 * Quantities are kept losslessly: cores as a double, bytes as an integer up to 2^53 - 1. Milli-cores,
 * milli-GPUs and MiB are display units and planner columns.
 */
export const cpuCoresMax = 1_000_000
export const bytesMax = Number.MAX_SAFE_INTEGER
export const gpusMax = 64

export const CpuCores = Type.Number({ minimum: 0, maximum: cpuCoresMax, description: 'cores' })
export const Bytes = Type.Integer({ minimum: 0, maximum: bytesMax, description: 'bytes' })

export const Gpu = Type.Object(
  {
    model: Type.String({ minLength: 1, maxLength: 100, description: 'as the vendor calls it' }),
    milli: Type.Integer({
      minimum: 1,
      maximum: 1000,
      description: 'thousandths of one device; 1000 is a whole device',
    }),
  },
  strict,
)
export type Gpu = Static<typeof Gpu>

/** What a node has. */
export const Capacity = Type.Object(
  { cpuCores: CpuCores, memoryBytes: Bytes, diskBytes: Bytes, gpus: Type.Array(Gpu, { maxItems: gpusMax }) },
  strict,
)
export type Capacity = Static<typeof Capacity>

/** As a caller writes it: disk and GPUs may be left out (none). */
export const CapacityInput = Type.Object(
  {
    cpuCores: CpuCores,
    memoryBytes: Bytes,
    diskBytes: Type.Optional(Bytes),
    gpus: Type.Optional(Type.Array(Gpu, { maxItems: gpusMax })),
  },
  strict,
)
export type CapacityInput = Static<typeof CapacityInput>

/** `count` devices of `milli` each. A share (`milli` < 1000) is of one device; `models` empty accepts any model. */
export const GpuDemand = Type.Object(
  {
    count: Type.Integer({ minimum: 0, maximum: gpusMax }),
    milli: Type.Integer({ minimum: 0, maximum: 1000, description: 'thousandths of each device' }),
    models: Type.Array(Type.String({ maxLength: 100 }), { maxItems: 32 }),
  },
  strict,
)
export type GpuDemand = Static<typeof GpuDemand>

/** What a workload asks for, in the units of a capacity. */
export const Demand = Type.Object(
  { cpuCores: CpuCores, memoryBytes: Bytes, diskBytes: Bytes, gpu: GpuDemand },
  strict,
)
export type Demand = Static<typeof Demand>

export const DemandInput = Type.Object(
  {
    cpuCores: CpuCores,
    memoryBytes: Bytes,
    diskBytes: Type.Optional(Bytes),
    gpu: Type.Optional(
      Type.Object(
        {
          count: Type.Integer({ minimum: 0, maximum: gpusMax }),
          milli: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
          models: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 32 })),
        },
        strict,
      ),
    ),
  },
  strict,
)
export type DemandInput = Static<typeof DemandInput>

/** What is reserved on a node by the workloads placed there. `gpuMilli` has one entry per device of the capacity. */
export const Allocated = Type.Object(
  {
    cpuCores: Type.Number(),
    memoryBytes: Type.Number(),
    diskBytes: Type.Number(),
    gpuMilli: Type.Array(Type.Integer()),
  },
  strict,
)
export type Allocated = Static<typeof Allocated>
