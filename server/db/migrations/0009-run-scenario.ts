/**
 * What a run of a scenario was given: its text and its files (api/run.ts, RunScenario). A column of its own, so that lists
 * do not read it.
 */
export const sql = `
alter table run add column scenario jsonb;
`
