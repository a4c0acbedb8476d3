import { NumberInput } from '@mantine/core'
import type { Demand, DemandInput } from '@orrery/api/quantity.ts'

const gib = 1024 ** 3

/** A demand as a person writes it: memory and disk in GiB. */
export type DemandDraft = {
  cpuCores: number | null
  memoryGib: number | null
  diskGib: number | null
  gpuCount: number | null
  gpuMilli: number | null
}

export const demandEmpty: DemandDraft = { cpuCores: 1, memoryGib: 1, diskGib: 0, gpuCount: 0, gpuMilli: 1000 }

export function demandDraft(demand: Demand): DemandDraft {
  return {
    cpuCores: demand.cpuCores,
    memoryGib: demand.memoryBytes / gib,
    diskGib: demand.diskBytes / gib,
    gpuCount: demand.gpu.count,
    gpuMilli: demand.gpu.milli === 0 ? 1000 : demand.gpu.milli,
  }
}

/** Null while something is missing. `models` is kept from the demand there was. */
export function demandRead(draft: DemandDraft, models: readonly string[] = []): DemandInput | null {
  const { cpuCores, memoryGib, diskGib, gpuCount, gpuMilli } = draft
  if (cpuCores === null || memoryGib === null) return null
  const count = gpuCount ?? 0
  return {
    cpuCores,
    memoryBytes: Math.round(memoryGib * gib),
    diskBytes: Math.round((diskGib ?? 0) * gib),
    ...(count > 0 ? { gpu: { count, milli: gpuMilli ?? 1000, models: [...models] } } : {}),
  }
}

type DemandFieldsProps = { draft: DemandDraft; onChange: (draft: DemandDraft) => void; gpu?: boolean }

export function DemandFields({ draft, onChange, gpu = true }: DemandFieldsProps) {
  const field = (key: keyof DemandDraft, label: string, one: string, many: string, decimals: number) => (
    <NumberInput
      label={label}
      suffix={` ${draft[key] === 1 ? one : many}`}
      min={0}
      decimalScale={decimals}
      value={draft[key] ?? ''}
      onChange={(value) =>
        onChange({ ...draft, [key]: typeof value === 'number' ? value : value === '' ? null : Number(value) })
      }
    />
  )
  return (
    <div className="form-grid">
      {field('cpuCores', 'CPU', 'core', 'cores', 3)}
      {field('memoryGib', 'Memory', 'GiB', 'GiB', 3)}
      {field('diskGib', 'Disk', 'GiB', 'GiB', 1)}
      {gpu && field('gpuCount', 'GPUs', 'GPU', 'GPUs', 0)}
      {gpu && (draft.gpuCount ?? 0) > 0 && field('gpuMilli', 'Share of each GPU', '/ 1000', '/ 1000', 0)}
    </div>
  )
}
