import type { Cli, Flag, Given } from '../command.ts'
import { UsageError, isOriginalName } from '../exit-code.ts'
import { instantParse, unixNanos } from '../instant.ts'
import { type Metric, envserver } from './client.ts'
import { mustExist } from './exist.ts'
import { metricsTable } from './tables.ts'

export const metricsFlags: readonly Flag[] = [
  {
    name: 'since',
    value: 'INSTANT',
    description: 'strictly later than this: RFC 3339, a date, or how long ago; default 1h',
  },
  { name: 'count', value: 'N', description: 'at most so many; default 100' },
  { name: 'json', description: 'print the answer of the server, its bytes untouched' },
]

export async function metricsShow(cli: Cli, given: Given, id: string, type: number): Promise<void> {
  const since = instantParse(given.text('since') ?? '1h', cli.io.now())
  if (since === null) throw new UsageError('--since must be an instant, as 2026-01-31T12:00:00Z or 1h (ago)')
  const count = given.text('count') ?? '100'
  if (!/^[0-9]+$/.test(count)) throw new UsageError(`--count must be a whole number; got '${count}'`)
  // The original client does not look first: under its name a thing that is not there has no metrics.
  if (!isOriginalName(cli.io.program)) await mustExist(cli, id, type)
  const text = await metricsText(cli, id, type, unixNanos(since), Number(count))
  if (given.on('json') === true) {
    cli.print(text)
    return
  }
  const metrics = (JSON.parse(text) as Metric[] | null) ?? []
  if (metrics.length === 0) cli.note('No metrics found')
  else cli.io.out.write(metricsTable(metrics))
}

async function metricsText(
  cli: Cli,
  id: string,
  type: number,
  since: bigint,
  count: number,
): Promise<string> {
  const query = new URLSearchParams({
    hostid: id,
    metrictype: String(type),
    since: String(since),
    count: String(count),
  })
  return await envserver(cli, 'GET', `/metrics?${query.toString()}`)
}

const pageSize = 10_000

/**
 * Every metric of one thing, oldest first, read in pages. The dialect pages by time alone, so the last instant of a
 * full page is read again with the next one: some of its metrics may not have fitted.
 */
export async function* metricsAll(cli: Cli, id: string, type: number): AsyncGenerator<Metric> {
  let since = -1n
  let count = pageSize
  for (;;) {
    const page = (JSON.parse(await metricsText(cli, id, type, since, count)) as Metric[] | null) ?? []
    const last = page.at(-1)
    if (last === undefined) return
    if (page.length < count) {
      yield* page
      return
    }
    const whole = page.filter((metric) => metric.timestamp !== last.timestamp)
    const end = whole.at(-1)
    if (end === undefined) {
      // One instant fills the page: only a larger page gets past it.
      count *= 2
      continue
    }
    yield* whole
    since = unixNanos(end.timestamp)
    count = pageSize
  }
}
