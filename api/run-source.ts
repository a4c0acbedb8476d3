/** What a run of the twin starts from. */
import { type Static, Type } from 'typebox'
import { Name, Timestamp, oneOf, strict } from './scalar.ts'

const live = Type.Object({ kind: oneOf(['live']) }, strict)
const instant = Type.Object({ kind: oneOf(['instant']), at: Timestamp }, strict)
const window = Type.Object({ kind: oneOf(['window']), since: Timestamp, until: Timestamp }, strict)

/**
 * The inventory that a run is forked from. `live`: as it is now; `instant`: as it was then; `window`: as it was at
 * `since`, and then the arrivals and departures that were recorded until `until`.
 */
export const RunInventory = Type.Union([live, instant, window])
export type RunInventory = Static<typeof RunInventory>

/** A scenario (api/scenario.ts) as it was written, with the files that it names: the server opens none. */
const scenarioProperties = {
  text: Type.String({
    minLength: 1,
    maxLength: 256 * 1024,
    description: 'the YAML of the scenario, see docs/twin.md; its `horizon` and `unplaced` are the run’s',
  }),
  files: Type.Optional(
    Type.Record(Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{1,255}$' }), Type.String(), {
      maxProperties: 16,
      description: 'texts of the traces and series that the scenario names, by the names it gives them',
    }),
  ),
}
export const RunScenario = Type.Object(scenarioProperties, strict)
export type RunScenario = Static<typeof RunScenario>

/** What a run starts from: an inventory, or a scenario, which brings its own nodes and work. */
export const RunSource = Type.Union([
  live,
  instant,
  window,
  Type.Object({ kind: oneOf(['scenario']), ...scenarioProperties }, strict),
])
export type RunSource = Static<typeof RunSource>

/** The same in short: of a scenario its name. */
export const RunOrigin = Type.Union([
  live,
  instant,
  window,
  Type.Object({ kind: oneOf(['scenario']), name: Name }, strict),
])
export type RunOrigin = Static<typeof RunOrigin>
