/** The tables of the original README: its columns, in its order, with its integers. */
import { numberShow } from '../quantity.ts'
import { boxTable, printable } from '../table.ts'
import type { Host, Metric, Vm } from './client.ts'

type Columns<T> = readonly (readonly [header: string, value: (row: T) => string | number | boolean])[]

const rates = <
  T extends { disk_read: number; disk_write: number; netrx: number; nettx: number },
>(): Columns<T> => [
  ['DISK READ', (row) => row.disk_read],
  ['DISK WRITE', (row) => row.disk_write],
  ['NET RX', (row) => row.netrx],
  ['NET TX', (row) => row.nettx],
]

const hostColumns: Columns<Host> = [
  ['HOSTID', (host) => host.hostid],
  ['STATEID', (host) => host.stateid],
  ['TOTAL CPU', (host) => host.total_cpu],
  ['TOTAL MEM', (host) => host.total_memory],
  ['USAGE CPU', (host) => host.usage_cpu],
  ['USAGE MEM', (host) => host.usage_memory],
  ['VMS', (host) => host.vms],
]
const hostColumnsWide: Columns<Host> = [
  ...hostColumns,
  ...rates<Host>(),
  ['ENERGY USAGE', (host) => host.energy_usage],
]

const vmColumns: Columns<Vm> = [
  ['VMID', (vm) => vm.vmid],
  ['STATEID', (vm) => vm.stateid],
  ['DEPLOYED', (vm) => vm.deployed],
  ['HOSTID', (vm) => vm.hostid],
  ['HOST STATEID', (vm) => vm.hoststateid],
  ['TOTAL CPU', (vm) => vm.total_cpu],
  ['TOTAL MEM', (vm) => vm.total_memory],
  ['USAGE CPU', (vm) => vm.usage_cpu],
  ['USAGE MEM', (vm) => vm.usage_memory],
]
const vmColumnsWide: Columns<Vm> = [...vmColumns, ...rates<Vm>()]

const metricColumns: Columns<Metric> = [
  ['TIMESTAMP', (metric) => metric.timestamp],
  ['CPU', (metric) => metric.cpu],
  ['MEM', (metric) => metric.memory],
  ...rates<Metric>(),
  ['ENERGY USAGE', (metric) => metric.energy_usage],
]

export function hostsTable(hosts: readonly Host[], wide: boolean): string {
  return table(wide ? hostColumnsWide : hostColumns, hosts)
}
export function vmsTable(vms: readonly Vm[], wide: boolean): string {
  return table(wide ? vmColumnsWide : vmColumns, vms)
}
export function metricsTable(metrics: readonly Metric[]): string {
  return table(metricColumns, metrics)
}

function table<T>(columns: Columns<T>, rows: readonly T[]): string {
  return boxTable(
    columns.map(([header]) => header),
    rows.map((row) => columns.map(([, value]) => cell(value(row)))),
  )
}

/** Whole numbers without a point, others with at most two digits after it. */
function cell(value: string | number | boolean): string {
  return typeof value === 'number' ? numberShow(value) : printable(String(value))
}
