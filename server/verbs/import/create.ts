import type { ImportCreate, ImportStarted } from '@orrery/api/dataset.ts'
import { OrreryError } from '@orrery/api/errors.ts'
import type { OperationId, SiteId } from '@orrery/api/id.ts'
import { namesTaken } from '../../db/replay.ts'
import { siteFind } from '../../db/site.ts'
import { requireRole } from '../actor.ts'
import type { Ctx } from '../context.ts'
import { nodeCreateMany } from '../node/create.ts'
import type { OperationWork } from '../operation/run.ts'
import { operationCreateIn } from '../operation/state.ts'
import { settle } from '../settle.ts'
import { siteCreate } from '../site/create.ts'
import { type Tx, transaction } from '../transaction.ts'
import { type Continuum, traceEpoch } from './continuum.ts'
import { type Parsed, importParse } from './parse.ts'
import { replay } from './replay.ts'
import { replaySamplesCreate } from './replay-samples.ts'
import { replayStateCreate } from './replay-state.ts'
import { seriesImport, seriesSubject } from './series.ts'

type Work = (work: OperationWork) => Promise<unknown>

/**
 * Imports a trace or a series. A trace's sites and nodes are there when this returns, all or none; its workloads come
 * and go in the operation that follows. Cancelled, it keeps what is placed; its output says how to take it away.
 */
export async function importCreate(ctx: Ctx, input: ImportCreate): Promise<ImportStarted> {
  requireRole(ctx, 'operator')
  ctx.operations.assertRoom()
  const subject = await seriesSubject(ctx, input)
  const parsed = importParse(input, subject?.demand.cpuCores ?? null)
  let work: Work | null = null
  const started = await transaction(ctx, async (tx): Promise<ImportStarted> => {
    const operationId = await operationCreateIn(tx, ctx, {
      kind: `import.${input.kind}`,
      subject: subject === null ? null : { kind: 'workload', id: subject.id },
      owner: ctx.instanceId,
      input: { ...input, files: undefined, traceEpoch },
    })
    work =
      parsed.what === 'series'
        ? (operation) => seriesImport(parsed.series, { name: parsed.name, workload: subject }, operation)
        : await continuumStart(tx, ctx, input, parsed.continuum, operationId)
    return { operationId: operationId as OperationId, ...report(parsed) }
  })
  await settle(ctx, { sites: true, nodes: await nodesOf(ctx, parsed) })
  // A repeated request with the same idempotency key is answered from the first one's record and starts nothing.
  if (work !== null) ctx.operations.run(ctx, started.operationId, work)
  return started
}

function report({ accepted, badRows, notes }: Parsed): Omit<ImportStarted, 'operationId'> {
  return { accepted, badRows, notes }
}

async function nodesOf(ctx: Ctx, parsed: Parsed): Promise<string[]> {
  if (parsed.what === 'series') return []
  const rows = await ctx.database.db
    .selectFrom('node')
    .innerJoin('site', 'site.id', 'node.site_id')
    .select('node.id')
    .where('site.name', 'in', parsed.continuum.sites)
    .execute()
  return rows.map((row) => row.id)
}

/** Makes the sites and nodes in the caller's transaction; gives the work that replays the rest. */
async function continuumStart(
  tx: Tx,
  ctx: Ctx,
  input: ImportCreate,
  continuum: Continuum,
  operationId: string,
): Promise<Work> {
  const inside: Ctx = { ...ctx, within: tx }
  const siteIds: SiteId[] = []
  if (continuum.sites.length > 100)
    throw new OrreryError(
      'invalid',
      `The trace has ${continuum.sites.length} sites; 100 are the most. Give \`site\` to bring them into one.`,
    )
  for (const name of continuum.sites) {
    if ((await siteFind(tx, name)) !== null) {
      throw new OrreryError(
        'conflict',
        `There is a site '${name}' already. Give another name with \`site\`, or delete that site's workloads, its nodes and the site first.`,
        { pointer: '/site' },
      )
    }
    siteIds.push((await siteCreate(inside, { name, kind: 'cloud' })).id)
  }
  const prefix = continuum.sites[0] ?? input.kind
  const nodeName = renamer(
    prefix,
    await namesTaken(
      tx,
      'node',
      continuum.nodes.map(({ name }) => name),
    ),
  )
  const workloadName = renamer(
    prefix,
    await namesTaken(
      tx,
      'workload',
      continuum.tasks.map(({ name }) => name),
    ),
  )
  const ids = await nodeCreateMany(
    inside,
    continuum.nodes.map((node) => ({ input: { ...node, name: nodeName(node.name) } })),
  )
  const nodeIds = new Map(continuum.nodes.map((node, index) => [node.name, ids[index] ?? '']))
  return async (work) => {
    const state = replayStateCreate(continuum, { operationId, siteIds, workloadName })
    const standings = state.events.filter(({ kind }) => kind === 'arrival').map(({ standing }) => standing)
    const samples = replaySamplesCreate(continuum.samples, standings, nodeIds, Date.now())
    const result = await replay(state, { speed: input.speed ?? null, site: prefix, samples }, work)
    return {
      ...(result as object),
      sites: continuum.sites,
      nodes: ids.length,
      ...(continuum.layout === 'openb' ? { traceEpoch } : {}),
      remove: `Its workloads carry the label orrery/import:${operationId}. Delete them, then the nodes of ${continuum.sites.join(', ')}, then the site.`,
    }
  }
}

/** Names stay as they are unless one of them is taken: then all get the site's name before them, so that they stay alike. */
function renamer(prefix: string, taken: readonly string[]): (name: string) => string {
  return taken.length === 0 ? (name) => name : (name) => `${prefix}-${name}`
}
