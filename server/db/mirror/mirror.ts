import { OrreryError } from '@orrery/api/errors.ts'
import type { Database } from '../database.ts'
import type { EventRow } from '../event.ts'
import type { Feed } from '../feed.ts'
import { keeperCreate } from './keep.ts'
import {
  type MirrorNode,
  type MirrorProvider,
  type MirrorSite,
  type MirrorWorkload,
  nodeRows,
  providerRows,
  siteRows,
  workloadRows,
} from './rows.ts'

/**
 * The present inventory in memory: rebuilt from SQL at start, kept up by the event cursor, and refreshed at once by our
 * own changes, so that a caller reads its own writes. It re-reads the rows an event names instead of applying what the
 * event says: reading twice does no harm, and nothing can be applied in the wrong order.
 */
export type Mirror = {
  readonly nodes: ReadonlyMap<string, MirrorNode>
  readonly workloads: ReadonlyMap<string, MirrorWorkload>
  readonly sites: ReadonlyMap<string, MirrorSite>
  readonly providers: ReadonlyMap<string, MirrorProvider>
  /** grows with every change of a row */
  readonly revision: number
  /** Reads these rows again; resolves when the mirror shows them as they were at the call or later. */
  refresh(what: {
    nodes?: string[]
    workloads?: string[]
    sites?: boolean
    providers?: boolean
  }): Promise<void>
  /** Told after rows changed, in batches. */
  onChange(listener: (change: MirrorChange) => void): () => void
  close(): void
}
export type MirrorChange = { nodes: string[]; workloads: string[]; sites: boolean; providers: boolean }

type Wanted = {
  nodes: Set<string>
  workloads: Set<string>
  sites: boolean
  providers: boolean
  done: (() => void)[]
  failed: ((error: unknown) => void)[]
}

const retryMs = 500

export async function mirrorOpen(
  database: Database,
  feed: Feed,
  onError: (error: unknown, message: string) => void,
): Promise<Mirror> {
  const nodes = new Map<string, MirrorNode>()
  const workloads = new Map<string, MirrorWorkload>()
  const sites = new Map<string, MirrorSite>()
  const providers = new Map<string, MirrorProvider>()
  const listeners = new Set<(change: MirrorChange) => void>()
  const keeper = keeperCreate()
  const nodeIdOf = (id: string) => nodes.get(id)?.id ?? id
  let revision = 0
  let wanted = empty()
  let reading: Promise<boolean> | null = null
  /** Until all is loaded nothing is read again: an older row of the load would overwrite a newer one. */
  let loaded = false
  let closed = false

  function empty(): Wanted {
    return { nodes: new Set(), workloads: new Set(), sites: false, providers: false, done: [], failed: [] }
  }

  function anything(): boolean {
    return (
      wanted.nodes.size + wanted.workloads.size > 0 ||
      wanted.sites ||
      wanted.providers ||
      wanted.done.length > 0
    )
  }

  /** False when the database could not be read. */
  async function read(): Promise<boolean> {
    while (anything()) {
      const now = wanted
      wanted = empty()
      try {
        if (now.sites) replace(sites, await siteRows(database.db))
        if (now.providers) replace(providers, await providerRows(database.db))
        await Promise.all([
          update(nodes, [...now.nodes], (ids, each) =>
            nodeRows(database, ids, (row) => each(keeper.node(row))),
          ),
          update(workloads, [...now.workloads], (ids, each) =>
            workloadRows(database, ids, (row) => each(keeper.workload(row, nodeIdOf))),
          ),
        ])
        revision += 1
        const change = {
          nodes: [...now.nodes],
          workloads: [...now.workloads],
          sites: now.sites,
          providers: now.providers,
        }
        for (const listener of listeners) tell(listener, change)
        for (const done of now.done) done()
      } catch (error) {
        // What could not be read is wanted still: a caller is told, and the next refresh or period reads it.
        for (const id of now.nodes) wanted.nodes.add(id)
        for (const id of now.workloads) wanted.workloads.add(id)
        wanted.sites ||= now.sites
        wanted.providers ||= now.providers
        for (const failed of now.failed) failed(error)
        if (closed) return false
        onError(error, 'the mirror could not read changed rows; it tries again')
        setTimeout(() => start(), retryMs).unref()
        return false
      }
    }
    return true
  }

  function tell(listener: (change: MirrorChange) => void, change: MirrorChange): void {
    try {
      listener(change)
    } catch (error) {
      onError(error, 'a listener of the mirror failed')
    }
  }

  function start(): void {
    if (!loaded || closed || reading !== null) return
    reading = read()
    void reading.then((read) => {
      reading = null
      // What came in the last moment; after a failure only what somebody waits for.
      if (read ? anything() : wanted.done.length > 0) start()
    })
  }

  const unsubscribe = feed.subscribe((events) => {
    for (const event of events) want(event, wanted)
    start()
  })
  replace(sites, await siteRows(database.db))
  replace(providers, await providerRows(database.db))
  await nodeRows(database, null, (row) => nodes.set(row.id, keeper.node(row)))
  await workloadRows(database, null, (row) => workloads.set(row.id, keeper.workload(row, nodeIdOf)))
  loaded = true
  start()

  return {
    nodes,
    workloads,
    sites,
    providers,
    get revision() {
      return revision
    },
    refresh(what) {
      if (closed) return Promise.reject(stopping())
      return new Promise((resolve, reject) => {
        for (const id of what.nodes ?? []) wanted.nodes.add(id)
        for (const id of what.workloads ?? []) wanted.workloads.add(id)
        wanted.sites ||= what.sites ?? false
        wanted.providers ||= what.providers ?? false
        wanted.done.push(resolve)
        wanted.failed.push(reject)
        start()
      })
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      closed = true
      unsubscribe()
      listeners.clear()
      for (const failed of wanted.failed) failed(stopping())
      wanted = empty()
    },
  }
}

function stopping(): OrreryError {
  return new OrreryError('unavailable', 'The server is shutting down.')
}

function replace<Row extends { id: string }>(map: Map<string, Row>, rows: Row[]): void {
  const kept = new Set(rows.map((row) => row.id))
  for (const id of map.keys()) if (!kept.has(id)) map.delete(id)
  for (const row of rows) map.set(row.id, row)
}

async function update<Row extends { id: string }>(
  map: Map<string, Row>,
  ids: string[],
  read: (ids: string[], each: (row: Row) => void) => Promise<void>,
): Promise<void> {
  if (ids.length === 0) return
  const missing = new Set(ids)
  await read(ids, (row) => {
    map.set(row.id, row)
    missing.delete(row.id)
  })
  for (const id of missing) map.delete(id)
}

/** Which rows an event makes stale: its subject, and the nodes whose reservations it moved. */
function want(event: EventRow, wanted: Wanted): void {
  switch (event.subject_kind) {
    case 'node':
      if (event.subject_id !== null) wanted.nodes.add(event.subject_id)
      break
    case 'workload':
      if (event.subject_id !== null) wanted.workloads.add(event.subject_id)
      for (const image of [event.before, event.after]) {
        const node = typeof image === 'object' && image !== null && 'nodeId' in image ? image.nodeId : null
        if (typeof node === 'string') wanted.nodes.add(node)
      }
      break
    case 'site':
      wanted.sites = true
      break
    case 'provider':
      wanted.providers = true
      break
  }
}
