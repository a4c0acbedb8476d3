import { type Command, quietFlag } from '../command.ts'
import { databaseFlags } from '../database-flags.ts'
import type { Metric } from '../envserver/client.ts'
import { mustExist } from '../envserver/exist.ts'
import { hostType, vmType } from '../envserver/metric.ts'
import { metricsAll } from '../envserver/metrics-read.ts'
import { say } from '../envserver/say.ts'
import { UsageError, isOriginalName } from '../exit-code.ts'
import { fileWrite } from '../file-write.ts'
import { unixNanos } from '../instant.ts'

const header = 'id,type,ts,cpu,mem,disk_read,disk_write,net_rx,net_tx,energy_usage'

export const databaseExportCommand: Command = {
  words: ['database', 'export'],
  summary: 'the metrics of one host or VM as CSV',
  description:
    'Read through the envserver facade of the running server, in its units; --dbhost and the like are accepted and not needed. ts is in nanoseconds since 1970.',
  examples: [
    'orrery database export --type host --id hostid1 --filename hostid1.csv',
    'orrery database export --type vm --id vmid1 --filename -',
  ],
  flags: [
    { name: 'type', value: 'WORD', required: true, choices: ['vm', 'host'], description: 'of what' },
    { name: 'id', value: 'ID', required: true, description: 'id of the host or VM' },
    {
      name: 'filename',
      value: 'FILE',
      required: true,
      description: 'the file to write; - for standard output',
    },
    ...databaseFlags.map((flag) => ({ ...flag, hidden: true })),
    quietFlag,
  ],
  async run(cli, given) {
    const kind = given.text('type') ?? ''
    if (kind !== 'vm' && kind !== 'host') throw new UsageError(`--type must be vm or host; got '${kind}'`)
    const type = kind === 'host' ? hostType : vmType
    const id = given.text('id') ?? ''
    const file = given.text('filename') ?? ''
    // The original writes a file without rows for what is not there.
    if (!isOriginalName(cli.io.program)) await mustExist(cli, id, type)
    let rows = 0
    async function* lines(): AsyncGenerator<string> {
      yield `${header}\n`
      for await (const metric of metricsAll(cli, id, type)) {
        rows += 1
        yield csvLine(id, type, metric)
      }
    }
    if (file === '-') for await (const line of lines()) cli.io.out.write(line)
    else await fileWrite(file, lines, cli.io.signal)
    say(cli, 'Metrics exported', { Rows: String(rows), Filename: file })
  },
}

export function csvLine(id: string, type: number, metric: Metric): string {
  const { cpu, memory, disk_read, disk_write, netrx, nettx, energy_usage } = metric
  const floats = [disk_read, disk_write, netrx, nettx, energy_usage].map((value) => value.toFixed(6))
  // Memory is whole in the original's files; a fraction is kept where there is one, instead of failing on it.
  const mem = Number.isInteger(memory) ? String(memory) : memory.toFixed(6)
  return `${[field(id), type, unixNanos(metric.timestamp), cpu.toFixed(6), mem, ...floats].join(',')}\n`
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
