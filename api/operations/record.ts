import { BadRow, Dataset, ImportCreate, ImportStarted } from '../dataset.ts'
import { Event, EventListQuery } from '../event.ts'
import { Operation } from '../operation.ts'
import { ListQuery, page } from '../page.ts'
import { SampleIngest, SampleIngested, SampleListQuery, SampleSeries } from '../sample.ts'
import { Timestamp, strict } from '../scalar.ts'
import { Type } from 'typebox'
import { type OperationSpec, Because, Nothing } from './spec.ts'

/** What happened and what was measured: samples, events, operations, imports. */
export const recordOperations = {
  sampleIngest: {
    method: 'POST',
    path: '/samples',
    summary: 'Store a batch of measurements',
    tag: 'samples',
    role: 'operator',
    body: SampleIngest,
    media: {
      body: {
        'application/vnd.orrery.samples':
          'records of 80 bytes, little-endian: the subject’s id (the 16 bytes of the UUID in order), microseconds since 1970 (int64), then seven float64: cpu, memory, disk read, disk write, network in, network out, power; NaN where not measured',
      },
    },
    response: SampleIngested,
    status: 200,
    keyless: true,
  },
  sampleList: {
    method: 'GET',
    path: '/samples',
    summary: 'One subject’s series in a range, down-sampled on request',
    tag: 'samples',
    role: 'viewer',
    query: SampleListQuery,
    response: SampleSeries,
    status: 200,
  },

  eventList: {
    method: 'GET',
    path: '/events',
    summary: 'Events; as a stream with Accept: text/event-stream and Last-Event-ID',
    tag: 'events',
    role: 'viewer',
    query: EventListQuery,
    response: page(Event),
    status: 200,
    media: {
      response: {
        'text/event-stream':
          'server-sent events without end, each an event as JSON in `data` and its cursor in `id`',
      },
    },
  },

  operationList: {
    method: 'GET',
    path: '/operations',
    summary: 'List long work',
    tag: 'operations',
    role: 'viewer',
    query: ListQuery,
    response: page(Operation),
    status: 200,
  },
  operationView: {
    method: 'GET',
    path: '/operations/{ref}',
    summary: 'View one operation',
    tag: 'operations',
    role: 'viewer',
    response: Operation,
    status: 200,
  },
  operationCancel: {
    method: 'POST',
    path: '/operations/{ref}/cancel',
    summary: 'Ask an operation to stop',
    tag: 'operations',
    role: 'operator',
    body: Because,
    response: Operation,
    status: 200,
  },

  importCheck: {
    method: 'POST',
    path: '/imports/check',
    summary: 'Check files as an import would, storing nothing',
    tag: 'imports',
    role: 'operator',
    body: ImportCreate,
    response: Type.Object(
      { accepted: Type.Integer(), badRows: Type.Array(BadRow), notes: Type.Array(Type.String()) },
      strict,
    ),
    status: 200,
    keyless: true,
  },
  importCreate: {
    method: 'POST',
    path: '/imports',
    summary: 'Import a trace or a series; becomes an operation',
    tag: 'imports',
    role: 'operator',
    body: ImportCreate,
    response: ImportStarted,
    status: 202,
  },
  datasetList: {
    method: 'GET',
    path: '/datasets',
    summary: 'List recorded series and traces',
    tag: 'imports',
    role: 'viewer',
    query: ListQuery,
    response: page(Dataset),
    status: 200,
  },
  datasetDelete: {
    method: 'DELETE',
    path: '/datasets/{ref}',
    summary: 'Delete a dataset',
    tag: 'imports',
    role: 'operator',
    response: Nothing,
    status: 204,
  },
  traceExport: {
    method: 'GET',
    path: '/trace',
    summary: 'What was recorded in a range, as a trace (newline-delimited JSON) that imports again',
    tag: 'imports',
    role: 'viewer',
    query: Type.Object({ since: Type.Optional(Timestamp), until: Type.Optional(Timestamp) }, strict),
    response: Type.String(),
    status: 200,
    media: {
      response: {
        'application/x-ndjson': 'one JSON object a line: the sites and nodes first, then what happened',
      },
    },
  },
} as const satisfies Record<string, OperationSpec>
