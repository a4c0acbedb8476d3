import type { ImportCreate } from '@orrery/api/dataset.ts'

export type ImportKind = ImportCreate['kind']
export type ImportForm = { title: string; says: string; files: readonly { key: string; label: string }[] }

/** What each import takes. */
export const importForms: Record<ImportKind, ImportForm> = {
  openb: {
    title: 'Trace of GPU tasks (openb)',
    says: 'Nodes and tasks of the published GPU trace. Tasks arrive and leave by the trace’s own times, at the speed you choose.',
    files: [
      { key: 'nodes', label: 'Nodes (CSV)' },
      { key: 'pods', label: 'Tasks (CSV)' },
    ],
  },
  series: {
    title: 'Recorded usage of one workload',
    says: 'A Bitbrains or EC2 file. The workload’s usage follows it.',
    files: [{ key: 'series', label: 'Series (CSV)' }],
  },
  trace: {
    title: 'Trace exported by Orrery',
    says: 'What another Orrery recorded, played again.',
    files: [{ key: 'trace', label: 'Trace (newline-delimited JSON)' }],
  },
}

/** Larger files go through the command line, which reads them where they are. */
export const importBytesMax = 64 * 1024 * 1024
