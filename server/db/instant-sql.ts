import { type RawBuilder, sql } from 'kysely'

/**
 * The instant of so many microseconds since 1970 (an int8), exactly: an interval is multiplied as a double, which holds all
 * whole seconds and all microseconds of one second, but not all microseconds of a thousand years.
 */
export function instantSql(micros: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(timestamptz 'epoch' + (${micros} / 1000000) * interval '1 second' + (${micros} % 1000000) * interval '1 microsecond')`
}
