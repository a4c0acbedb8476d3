import type { BadRow, ImportCreate } from '@orrery/api/dataset.ts'
import { siteFind } from '../../db/site.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { importParse } from './parse.ts'
import { seriesSubject } from './series.ts'

/** What an import of these files would take and leave out; stores nothing. */
export async function importCheck(
  ctx: Ctx,
  input: ImportCreate,
): Promise<{ accepted: number; badRows: BadRow[]; notes: string[] }> {
  requireRole(ctx, 'operator')
  const subject = await seriesSubject(ctx, input)
  const parsed = importParse(input, subject?.demand.cpuCores ?? null)
  const notes = [...parsed.notes]
  if (parsed.what === 'continuum') {
    for (const site of parsed.continuum.sites) {
      if ((await siteFind(ctx.database.db, site)) !== null)
        notes.push(`there is a site ${site} already: give another name`)
    }
  }
  return { accepted: parsed.accepted, badRows: parsed.badRows, notes }
}
