import { OrreryError } from '@orrery/api/errors.ts'
import type { Cli, Flag, Given } from '../command.ts'
import { isOriginalName, UsageError } from '../exit-code.ts'
import { envserver } from './client.ts'

export const hostType = 0
export const vmType = 1

/** The measured values a report may carry beside CPU and memory, by flag and by field of the dialect. */
const extras = {
  'disk-read': 'disk_read',
  'disk-write': 'disk_write',
  'net-rx': 'netrx',
  'net-tx': 'nettx',
  energy: 'energy_usage',
} as const

export const reportFlags: readonly Flag[] = [
  { name: 'cpu', value: 'N', required: true, description: 'in use; 100 is one core' },
  { name: 'mem', value: 'N', required: true, description: 'bytes in use' },
  ...Object.keys(extras).map((name): Flag => ({
    name,
    value: 'N',
    description: 'also measured; 0 when left out',
  })),
]

/** A number of a flag. Under the original name a bad one is not a usage error but an ordinary one, as it was there. */
export function numberOf(cli: Cli, given: Given, name: string): number {
  const text = given.text(name) ?? ''
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  const message = `--${name} must be a number, as 1200; got '${text}'`
  throw isOriginalName(cli.io.program) ? new OrreryError('invalid', message) : new UsageError(message)
}

export async function report(cli: Cli, given: Given, id: string, type: number): Promise<void> {
  const metric: Record<string, number | string> = {
    timestamp: new Date(cli.io.now()).toISOString(),
    cpu: numberOf(cli, given, 'cpu'),
    memory: numberOf(cli, given, 'mem'),
  }
  for (const [flag, field] of Object.entries(extras)) {
    metric[field] = given.text(flag) === undefined ? 0 : numberOf(cli, given, flag)
  }
  await envserver(
    cli,
    'POST',
    `/metrics?${new URLSearchParams({ id, metrictype: String(type) }).toString()}`,
    metric,
  )
}
