/** What a learned policy scores with: api/policy.ts, PolicyNetwork. */
export const sql = `
alter table policy add column network jsonb;
`
