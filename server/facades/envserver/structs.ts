/** The bodies that clients of the environment send, as its Go structs. */
import type { GoStruct } from '../go-decode.ts'

const float64 = { go: 'float64' } as const
const int = { go: 'int' } as const
const string = { go: 'string' } as const

export const hostStruct = {
  go: 'struct',
  package: 'core',
  name: 'Host',
  fields: {
    hostid: string,
    stateid: int,
    total_cpu: float64,
    total_memory: float64,
    usage_cpu: float64,
    usage_memory: float64,
    disk_read: float64,
    disk_write: float64,
    netrx: float64,
    nettx: float64,
    vms: int,
    energy_usage: float64,
  },
} as const satisfies GoStruct

export const vmStruct = {
  go: 'struct',
  package: 'core',
  name: 'VM',
  fields: {
    vmid: string,
    stateid: int,
    deployed: { go: 'bool' },
    hostid: string,
    hoststateid: int,
    total_cpu: float64,
    total_memory: float64,
    usage_cpu: float64,
    usage_memory: float64,
    disk_read: float64,
    disk_write: float64,
    netrx: float64,
    nettx: float64,
  },
} as const satisfies GoStruct

export const metricStruct = {
  go: 'struct',
  package: 'core',
  name: 'Metric',
  fields: {
    timestamp: { go: 'time' },
    cpu: float64,
    memory: float64,
    disk_read: float64,
    disk_write: float64,
    netrx: float64,
    nettx: float64,
    energy_usage: float64,
  },
} as const satisfies GoStruct
