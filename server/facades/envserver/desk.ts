import type { SampleReporter } from '../../verbs/sample/report.ts'
import type { ZoneText } from '../go-zone.ts'
import type { Roster } from './roster.ts'

/** What every route of the facade works with, beside the call's own context. */
export type Desk = {
  roster: Roster
  reporter: SampleReporter
  /** instants in the server's time zone */
  instantText: ZoneText
}
