/**
 * The openb trace of a production GPU cluster (Weng et al., "Beware of Fragmentation", USENIX ATC 2023): one file of
 * nodes, one of tasks ("pods"). "milli" is a thousandth of a core or of one GPU; memory is in MiB; times are seconds.
 * Every task counts, whatever phase it ended in. `gpu_spec` lists accepted models between `|`, empty accepts any.
 */
import { OrreryError } from '@orrery/api/errors.ts'
import { bytesMax, cpuCoresMax, gpusMax } from '@orrery/api/quantity.ts'
import { type CsvRow, type TraceFile, columnIndexes, csvRows } from './csv.ts'
import { RowFault, integerField, nameField } from './field.ts'
import type { TraceNode, TraceParsed, TraceTask } from './model.ts'

const mib = 1024 ** 2
const nodeColumns = ['sn', 'cpu_milli', 'memory_mib', 'gpu', 'model'] as const
const taskColumns = ['name', 'cpu_milli', 'memory_mib', 'num_gpu', 'gpu_milli'] as const
const optionalColumns = ['gpu_spec', 'creation_time', 'deletion_time'] as const

export function openbParse(nodesFile: TraceFile, podsFile: TraceFile): TraceParsed {
  const nodes = openbNodes(nodesFile)
  const tasks = openbTasks(podsFile)
  return {
    nodes: nodes.items,
    tasks: tasks.items,
    badRows: [...nodes.badRows, ...tasks.badRows],
    notes: [...nodes.notes, ...tasks.notes],
  }
}

type Read<T> = { items: T[] } & Pick<TraceParsed, 'badRows' | 'notes'>

function openbNodes(file: TraceFile): Read<TraceNode> {
  return tableRead(file, nodeColumns, [], (fields, at) => {
    const gpuCount = integerField(fields, at.gpu, 'gpu', { max: gpusMax })
    const model = (fields[at.model] ?? '').trim()
    if (gpuCount > 0 && model === '') throw new RowFault(`model: empty, but the node has ${gpuCount} GPUs`)
    return {
      name: nameField(fields, at.sn, 'sn'),
      capacity: {
        cpuCores: integerField(fields, at.cpu_milli, 'cpu_milli', { max: cpuCoresMax * 1000 }) / 1000,
        memoryBytes:
          integerField(fields, at.memory_mib, 'memory_mib', { max: Math.floor(bytesMax / mib) }) * mib,
        diskBytes: 0,
        gpus: Array.from({ length: gpuCount }, () => ({ model, milli: 1000 })),
      },
    }
  })
}

/** The tasks alone. */
export function openbTasks(file: TraceFile): Read<TraceTask> {
  const read = tableRead(file, taskColumns, optionalColumns, (fields, at): TraceTask => {
    const count = integerField(fields, at.num_gpu, 'num_gpu', { max: gpusMax })
    // A share of a device is written in thousandths; without a device there is nothing to share.
    const milli = integerField(fields, at.gpu_milli, 'gpu_milli', { min: count > 0 ? 1 : 0, max: 1000 })
    if (count > 1 && milli < 1000) {
      throw new RowFault(`gpu_milli: ${milli} of each of ${count} GPUs; a share below 1000 is of one device`)
    }
    const models = new Set((fields[at.gpu_spec] ?? '').split('|').filter((model) => model !== ''))
    const arrivalSeconds = timeField(fields, at.creation_time, 'creation_time')
    const departureSeconds = timeField(fields, at.deletion_time, 'deletion_time')
    if (arrivalSeconds === null && departureSeconds !== null) {
      throw new RowFault('creation_time: empty, but the task has a deletion_time')
    }
    if (departureSeconds !== null && departureSeconds < (arrivalSeconds ?? 0)) {
      throw new RowFault(`deletion_time: ${departureSeconds} is before creation_time ${arrivalSeconds}`)
    }
    return {
      name: nameField(fields, at.name, 'name'),
      demand: {
        cpuCores: integerField(fields, at.cpu_milli, 'cpu_milli', { max: cpuCoresMax * 1000 }) / 1000,
        memoryBytes:
          integerField(fields, at.memory_mib, 'memory_mib', { max: Math.floor(bytesMax / mib) }) * mib,
        diskBytes: 0,
        gpu: { count, milli: count > 0 ? milli : 0, models: count > 0 ? [...models] : [] },
      },
      arrivalSeconds: arrivalSeconds ?? 0,
      departureSeconds,
    }
  })
  if (read.items.length > 0 && !read.header.includes('creation_time')) {
    read.notes.push(
      `${file.name} has no column creation_time: this trace has no times, so every task arrives at 0 and stays`,
    )
  }
  return read
}

function timeField(fields: readonly string[], index: number, name: string): number | null {
  if ((fields[index] ?? '').trim() === '') return null
  return integerField(fields, index, name, { max: Number.MAX_SAFE_INTEGER })
}

/**
 * Reads one file row by row; what `item` throws becomes that row's fault. Names must differ within a file. One without the
 * columns is another kind of file: it is refused, since the other file alone would be half an import.
 */
function tableRead<T extends { name: string }, Name extends string, Optional extends string>(
  file: TraceFile,
  columns: readonly Name[],
  optional: readonly Optional[],
  item: (fields: readonly string[], at: Record<Name | Optional, number>) => T,
): Read<T> & { header: string[] } {
  const { rows, badRows } = csvRows(file, ',')
  const [head, ...body] = rows
  const header = (head?.fields ?? []).map((name) => name.trim().toLowerCase())
  const missing = columns.filter((name) => !header.includes(name))
  if (head === undefined || missing.length > 0) {
    const [broken] = badRows
    const lacks = `the header lacks ${missing.join(', ')}; it must have ${columns.join(', ')}`
    const line = head?.line ?? broken?.line ?? 1
    throw new OrreryError(
      'invalid',
      `${file.name}, line ${line}: ${broken?.message ?? lacks}. Nothing was imported.`,
    )
  }
  const at = columnIndexes(header, [...columns, ...optional])
  const items: T[] = []
  const lines = new Map<string, number>()
  const fault = (row: CsvRow, message: string) => badRows.push({ file: file.name, line: row.line, message })
  for (const row of body) {
    if (row.fields.length !== header.length) {
      fault(row, `${row.fields.length} fields where the header has ${header.length}`)
      continue
    }
    try {
      const read = item(row.fields, at)
      const earlier = lines.get(read.name)
      if (earlier !== undefined)
        throw new RowFault(`the name ${read.name} was used on line ${earlier} already`)
      lines.set(read.name, row.line)
      items.push(read)
    } catch (error) {
      if (!(error instanceof RowFault)) throw error
      fault(row, error.message)
    }
  }
  return { items, badRows: badRows.toSorted((a, b) => a.line - b.line), notes: [], header }
}
