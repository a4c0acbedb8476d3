/** Files become an operation of the server; this follows it. */
import { basename } from 'node:path'
import type { ImportCreate, ImportStarted } from '@orrery/api/dataset.ts'
import { fileRead } from '../body.ts'
import { type Cli, type Command, type Flag, type Given, jsonFlag, quietFlag } from '../command.ts'
import { UsageError, exitCodes } from '../exit-code.ts'
import { operationEnd, operationFollow } from '../follow.ts'
import { call } from '../request.ts'
import { printable } from '../table.ts'

const uploadMs = 300_000
const badRowsShown = 20

const shared: readonly Flag[] = [
  { name: 'strict', description: 'refuse the file at the first bad row; nothing is imported then' },
  {
    name: 'check',
    description: 'only check the files; nothing is stored. Ends with 2 when there are bad rows',
  },
  { name: 'detach', description: 'do not wait for the end; print the id of the operation' },
  jsonFlag,
  quietFlag,
]
const paced: readonly Flag[] = [
  {
    name: 'speed',
    value: 'N',
    description: 'trace seconds per second, at most; the speed that was reached is shown',
  },
  { name: 'seed', value: 'N', description: 'of the random choices of a repeated trace' },
  { name: 'site', value: 'NAME', description: 'the site its nodes go to' },
]

export const importCommands: readonly Command[] = [
  {
    words: ['import', 'openb'],
    summary: 'the openb GPU trace: its nodes, and its tasks by their own times',
    description:
      'An event is released only when all earlier ones are decided, so --speed is an upper limit. The trace keeps few tasks alive at once; --load repeats them with longer lives until that share of the GPUs is asked for.',
    examples: [
      'orrery import openb nodes.csv pods.csv --load 0.9 --speed 100000',
      'orrery import openb nodes.csv pods.csv --check',
    ],
    args: [
      { name: 'NODES.csv', required: true, description: 'sn, cpu_milli, memory_mib, gpu, model' },
      { name: 'PODS.csv', required: true, description: 'name, cpu_milli, memory_mib, num_gpu, gpu_milli, …' },
    ],
    flags: [
      { name: 'load', value: 'F', description: 'share of the GPUs that is asked for, as 0.9' },
      ...paced,
      ...shared,
    ],
    run: (cli, given) =>
      importRun(cli, given, 'openb', { nodes: given.args[0] ?? '', pods: given.args[1] ?? '' }),
  },
  {
    words: ['import', 'series'],
    summary: 'a recorded series that a workload then follows',
    examples: [
      'orrery import series bitbrains.csv --for web-1',
      'orrery import series ec2_disk_write_bytes.csv --for web-1 --layout ec2 --field diskWriteBytesPerSecond',
    ],
    args: [
      { name: 'FILE.csv', required: true, description: 'in the Bitbrains (GWA-T-12) or the EC2 layout' },
    ],
    flags: [
      { name: 'for', value: 'WORKLOAD', required: true, description: 'name or id of the workload' },
      {
        name: 'layout',
        value: 'WORD',
        choices: ['auto', 'bitbrains', 'ec2'],
        description: 'how the file is laid out',
      },
      { name: 'field', value: 'TEXT', description: 'EC2 layout: which measured value its one column is' },
      ...shared,
    ],
    run: (cli, given) => importRun(cli, given, 'series', { series: given.args[0] ?? '' }),
  },
  {
    words: ['import', 'trace'],
    summary: 'a trace written by `orrery export trace`',
    examples: ['orrery import trace yesterday.ndjson --speed 60'],
    args: [{ name: 'FILE', required: true, description: 'newline-delimited JSON; - for standard input' }],
    flags: [...paced, ...shared],
    run: (cli, given) => importRun(cli, given, 'trace', { trace: given.args[0] ?? '' }),
  },
]

async function importRun(
  cli: Cli,
  given: Given,
  kind: ImportCreate['kind'],
  paths: Record<string, string>,
): Promise<number> {
  const body = await bodyOf(cli, given, kind, paths)
  const quiet = given.on('quiet') === true
  const check = given.on('check') === true
  const started = await call(cli, check ? 'importCheck' : 'importCreate', { body }, { timeoutMs: uploadMs })
  // With --json the answer is the operation at its end; until then this is the only answer there is.
  const detached = check || given.on('detach') === true
  if (given.on('json') === true && detached) cli.print(JSON.stringify(started))
  else reportRows(cli, started, body.fileNames ?? {})
  if (check) return started.badRows.length === 0 ? exitCodes.ok.code : exitCodes.invalid.code

  const { operationId } = started as ImportStarted
  if (detached) {
    if (given.on('json') !== true) cli.print(operationId)
    return exitCodes.ok.code
  }
  const operation = await operationFollow(cli, operationId, quiet)
  if (given.on('json') === true) cli.print(JSON.stringify(operation))
  return operationEnd(cli, operation)
}

async function bodyOf(
  cli: Cli,
  given: Given,
  kind: ImportCreate['kind'],
  paths: Record<string, string>,
): Promise<ImportCreate> {
  const files: Record<string, string> = {}
  const fileNames: Record<string, string> = {}
  for (const [key, path] of Object.entries(paths)) {
    const text = path === '-' ? await cli.io.readInput(2 ** 28) : await fileRead(path)
    if (text === null) throw new UsageError('standard input is larger than 256 MiB')
    files[key] = text
    fileNames[key] = path === '-' ? 'standard input' : basename(path)
  }
  const layout = given.text('layout')
  const known = (['auto', 'bitbrains', 'ec2'] as const).find((each) => each === layout)
  if (layout !== undefined && known === undefined) {
    throw new UsageError(`--layout must be one of auto, bitbrains, ec2; got '${layout}'`)
  }
  return {
    kind,
    files,
    fileNames,
    ...numbers(given, 'speed', 'load', 'seed'),
    ...texts(given, { site: 'site', workload: 'for', field: 'field' }),
    ...(known === undefined ? {} : { layout: known }),
    ...(given.on('strict') === true ? { strict: true } : {}),
  }
}

function numbers(
  given: Given,
  ...names: readonly ('speed' | 'load' | 'seed')[]
): Partial<Record<'speed' | 'load' | 'seed', number>> {
  const found: Partial<Record<'speed' | 'load' | 'seed', number>> = {}
  for (const name of names) {
    const text = given.text(name)
    if (text === undefined) continue
    const value = Number(text)
    if (text.trim() === '' || !Number.isFinite(value))
      throw new UsageError(`--${name} must be a number; got '${text}'`)
    found[name] = value
  }
  return found
}

function texts(given: Given, names: Record<'site' | 'workload' | 'field', string>): Partial<typeof names> {
  const found: Partial<typeof names> = {}
  for (const [key, flag] of Object.entries(names) as ['site' | 'workload' | 'field', string][]) {
    const text = given.text(flag)
    if (text !== undefined) found[key] = text
  }
  return found
}

type Report = Pick<ImportStarted, 'accepted' | 'badRows' | 'notes'>

/** `FILE:LINE: what is wrong`, as compilers say it and editors understand it. */
function reportRows(cli: Cli, report: Report, fileNames: Record<string, string>): void {
  for (const row of report.badRows.slice(0, badRowsShown)) {
    cli.io.err.write(`${fileNames[row.file] ?? row.file}:${row.line}: ${printable(row.message)}\n`)
  }
  const more = report.badRows.length - badRowsShown
  if (more > 0) cli.io.err.write(`… and ${more} more bad rows; --check --json lists all that are reported\n`)
  for (const note of report.notes) cli.note(`note: ${printable(note)}`)
  cli.note(`${report.accepted} rows accepted, ${report.badRows.length} refused`)
}
