/** Attempts count for one node: placed elsewhere, a workload begins anew. */
export const sql = `
alter table workload_attempt add column node_id uuid;
`
