/** Whether a backup fits the schema that it is to be restored into. */
import { OrreryError } from '@orrery/api/errors.ts'
import type { ArchiveTable, Contents } from './contents.ts'
import { damaged, frameJson, type Frame } from './frame.ts'
import type { ArchiveHeader } from './write.ts'

/** @throws OrreryError `invalid` */
export function headerParse(frame: Frame): ArchiveHeader {
  const header = frameJson(frame)
  if (frame.kind !== 'H' || !isHeader(header))
    throw damaged('it does not begin with a description of its contents')
  return header
}

function isHeader(value: unknown): value is ArchiveHeader {
  return (
    isRecord(value) &&
    (value['schemaVersion'] === null || typeof value['schemaVersion'] === 'string') &&
    isListOf(value['tables'], isTable) &&
    isListOf(value['sequences'], isSequence)
  )
}

function isTable(value: unknown): boolean {
  const texts =
    (...keys: string[]) =>
    (one: unknown) =>
      isRecord(one) && keys.every((key) => typeof one[key] === 'string')
  return (
    isRecord(value) &&
    typeof value['name'] === 'string' &&
    isListOf(value['columns'], texts('name', 'type')) &&
    isListOf(value['partitions'], texts('name', 'bound'))
  )
}

function isSequence(value: unknown): boolean {
  if (!isRecord(value) || typeof value['name'] !== 'string' || typeof value['called'] !== 'boolean')
    return false
  return typeof value['value'] === 'string' && /^-?\d{1,19}$/.test(value['value'])
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isListOf(value: unknown, test: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(test)
}

/** @throws OrreryError `invalid` that names every difference */
export function headerCheck(header: ArchiveHeader, target: Contents): void {
  if (header.schemaVersion !== target.schemaVersion) {
    throw new OrreryError(
      'invalid',
      `The backup has schema version ${header.schemaVersion ?? 'none'} and this database ${target.schemaVersion ?? 'none'}: ` +
        'restore it with the release that made it, then upgrade',
    )
  }
  const differences = [
    ...namesMissing('table', header.tables, target.tables),
    ...namesMissing('sequence', header.sequences, target.sequences),
    ...header.tables.flatMap((table) =>
      columnDifferences(
        table,
        target.tables.find((each) => each.name === table.name),
      ),
    ),
  ]
  if (differences.length === 0) return
  throw new OrreryError(
    'invalid',
    `The backup does not fit this database: ${differences.slice(0, 10).join('; ')}`,
  )
}

type Named = { name: string }

function namesMissing(kind: string, backup: Named[], target: Named[]): string[] {
  const missing = (from: Named[], to: Named[]) =>
    from.filter((one) => !to.some((other) => other.name === one.name))
  return [
    ...missing(backup, target).map(({ name }) => `the database has no ${kind} ${name}`),
    ...missing(target, backup).map(({ name }) => `the backup has no ${kind} ${name}`),
  ]
}

function columnDifferences(table: ArchiveTable, target: ArchiveTable | undefined): string[] {
  if (target === undefined) return []
  const text = ({ columns }: ArchiveTable) => columns.map(({ name, type }) => `${name} ${type}`).toSorted()
  const here = text(target)
  const there = text(table)
  return [
    ...there
      .filter((column) => !here.includes(column))
      .map((column) => `only the backup has ${table.name}.${column}`),
    ...here
      .filter((column) => !there.includes(column))
      .map((column) => `only the database has ${table.name}.${column}`),
  ]
}
