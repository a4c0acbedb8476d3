/** The files of an import, read by the parsers of core/trace into one of two things: a series, or a continuum to replay. */
import type { BadRow, ImportCreate } from '@orrery/api/dataset.ts'
import { OrreryError } from '@orrery/api/errors.ts'
import type { TraceFile } from '@orrery/core/trace/csv.ts'
import { type SeriesParsed, seriesParse } from '@orrery/core/trace/series.ts'
import { type Continuum, continuumOfOpenb, continuumOfOwn } from './continuum.ts'

type Read = { accepted: number; badRows: BadRow[]; notes: string[] }
export type Parsed = Read &
  ({ what: 'series'; name: string; series: SeriesParsed } | { what: 'continuum'; continuum: Continuum })

const filesOf = { openb: ['nodes', 'pods'], series: ['series'], trace: ['trace'] } as const
const badRowsMax = 1000

/** `cpuCores` are those of the workload that a series is for. Throws `invalid` where nothing can be imported. */
export function importParse(input: ImportCreate, cpuCores: number | null): Parsed {
  optionsCheck(input)
  const parsed = read(input, cpuCores)
  const [first] = parsed.badRows
  if (first !== undefined && (input.strict === true || parsed.accepted === 0)) {
    const others = parsed.badRows.length === 1 ? '' : ` ${parsed.badRows.length - 1} more rows are wrong.`
    throw new OrreryError(
      'invalid',
      `${first.file}, line ${first.line}: ${first.message}.${others} Nothing was imported.`,
    )
  }
  if (parsed.accepted === 0)
    throw new OrreryError('invalid', 'There is nothing in the files to import.', { pointer: '/files' })
  if (parsed.badRows.length <= badRowsMax) return parsed
  const notes = [
    ...parsed.notes,
    `${parsed.badRows.length} rows are wrong; the first ${badRowsMax} are listed`,
  ]
  return { ...parsed, badRows: parsed.badRows.slice(0, badRowsMax), notes }
}

function read(input: ImportCreate, cpuCores: number | null): Parsed {
  switch (input.kind) {
    case 'series': {
      const file = fileOf(input, 'series')
      const series = seriesParse(file, {
        layout: input.layout ?? 'auto',
        ...(input.field === undefined ? {} : { field: input.field }),
        ...(cpuCores === null || cpuCores <= 0 ? {} : { cpuCores }),
      })
      return {
        what: 'series',
        name: nameOf(file.name),
        series,
        accepted: series.rows.length,
        badRows: series.badRows,
        notes: series.notes,
      }
    }
    case 'openb':
      return { what: 'continuum', ...continuumOfOpenb(fileOf(input, 'nodes'), fileOf(input, 'pods'), input) }
    case 'trace':
      return { what: 'continuum', ...continuumOfOwn(fileOf(input, 'trace'), input) }
  }
}

function optionsCheck(input: ImportCreate): void {
  const wanted: readonly string[] = filesOf[input.kind]
  const names = Object.keys(input.files)
  if (wanted.some((name) => !names.includes(name)) || names.length !== wanted.length) {
    throw new OrreryError(
      'invalid',
      `\`files\` of ${input.kind} must be ${wanted.map((name) => `\`${name}\``).join(' and ')}; got ${names.join(', ') || 'none'}.`,
      { pointer: '/files' },
    )
  }
  const only = (key: keyof ImportCreate, kinds: readonly string[]) => {
    if (input[key] === undefined || kinds.includes(input.kind)) return
    throw new OrreryError(
      'invalid',
      `\`${key}\` is for ${kinds.join(' and ')}; this import is of kind ${input.kind}.`,
      { pointer: `/${key}` },
    )
  }
  only('load', ['openb'])
  only('seed', ['openb'])
  only('speed', ['openb', 'trace'])
  only('site', ['openb', 'trace'])
  only('workload', ['series'])
  only('layout', ['series'])
  only('field', ['series'])
}

/** Messages name the file as its owner does, else by its part in the import. */
function fileOf(input: ImportCreate, key: string): TraceFile {
  return { name: input.fileNames?.[key] ?? key, text: input.files[key] ?? '' }
}

/** A name for what is stored, from a file's name that may be a path. */
function nameOf(file: string): string {
  const base = file.split(/[\\/]/).at(-1) ?? ''
  const clean = base
    .replaceAll(/[\u0000-\u001f\u007f]/g, '')
    .trim()
    .slice(0, 180)
  return clean === '' ? 'series' : clean
}
