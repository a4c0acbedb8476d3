import type { Colors } from './io.ts'
import { bytesShow, numberShow } from './quantity.ts'
import { printable } from './table.ts'

/** One value as a person reads it. The name of the field says its unit. */
export function cellShow(value: unknown, field: string): string {
  if (value === null || value === undefined || value === '') return '-'
  if (typeof value === 'number')
    return /Bytes(Allocated|Used|PerSecond)?$/.test(field) ? bytesShow(value) : numberShow(value)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string')
    return printable(field.endsWith('At') || instantFields.has(field) ? instantShow(value) : value)
  if (Array.isArray(value))
    return value.length === 0 ? '-' : value.map((each) => cellShow(each, field)).join(',')
  const pairs = Object.entries(value)
  return pairs.length === 0
    ? '-'
    : pairs.map(([key, each]) => `${printable(key)}=${cellShow(each, key)}`).join(',')
}

const instantFields = new Set(['at', 'since', 'until', 'stateSince', 'now', 'startedAt'])

/** To the second; the API and --json have the microseconds. */
function instantShow(text: string): string {
  return text.replace(/^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/, '$1 $2Z')
}

const tones: Record<string, keyof Pick<Colors, 'green' | 'yellow' | 'red' | 'dim' | 'cyan'>> = {
  ready: 'green',
  running: 'green',
  healthy: 'green',
  succeeded: 'green',
  applied: 'green',
  done: 'green',
  placed: 'green',
  open: 'green',
  pending: 'yellow',
  placing: 'yellow',
  starting: 'yellow',
  stopping: 'yellow',
  draining: 'yellow',
  proposed: 'yellow',
  queued: 'yellow',
  applying: 'cyan',
  approved: 'cyan',
  unreachable: 'red',
  failed: 'red',
  interrupted: 'red',
  unhealthy: 'red',
  'left-out': 'red',
  stopped: 'dim',
  retired: 'dim',
  cancelled: 'dim',
  refused: 'dim',
  '-': 'dim',
}

/** States have colours; everything else has none. */
export function tint(text: string, colors: Colors): string {
  const tone = tones[text]
  return tone === undefined ? text : colors[tone](text)
}
