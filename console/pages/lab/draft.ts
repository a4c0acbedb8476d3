/** What a run is asked for, in the address and as the call: nothing of the form but a scenario is kept anywhere else. */
import type { RunCreate, RunSummary } from '@orrery/api/run.ts'
import type { RunScenario, RunSource } from '@orrery/api/run-source.ts'
import { paths, withSearch } from '../../paths.ts'

export type LabDraft = {
  name: string
  source: RunSource['kind']
  /** the instant */
  from: string
  since: string
  until: string
  /** null: nothing was chosen yet */
  policies: readonly string[] | null
  seeds: string
  /** seconds; empty for the length of the window, or an hour */
  horizon: string
  unplaced: 'wait' | 'reject'
  anew: boolean
}

const kinds = ['live', 'instant', 'window', 'scenario'] as const
const seedsMost = 100
const scenarioCharactersMost = 256 * 1024

export function labDraft(search: URLSearchParams): LabDraft {
  const text = (key: string) => search.get(key) ?? ''
  return {
    name: text('name'),
    source: kinds.find((kind) => kind === search.get('source')) ?? 'live',
    from: text('from'),
    since: text('since'),
    until: text('until'),
    policies: search.has('policy') ? search.getAll('policy').filter((each) => each !== '') : null,
    seeds: text('seeds'),
    horizon: text('horizon'),
    unplaced: search.get('unplaced') === 'reject' ? 'reject' : 'wait',
    anew: search.get('anew') === 'yes',
  }
}

/** The same settings as a run that was. */
export function labAddress(
  run: Pick<RunSummary, 'source' | 'policies' | 'seeds' | 'horizonSeconds' | 'unplaced' | 'anew'>,
): string {
  const { source } = run
  const ofScenario = source.kind === 'scenario'
  return withSearch(paths.lab(), {
    source: source.kind === 'live' ? null : source.kind,
    from: source.kind === 'instant' ? source.at : null,
    since: source.kind === 'window' ? source.since : null,
    until: source.kind === 'window' ? source.until : null,
    policy: run.policies,
    seeds: !ofScenario && run.seeds.length === 1 && run.seeds[0] === 1 ? null : run.seeds.join(','),
    horizon: ofScenario || run.horizonSeconds === 0 ? null : String(run.horizonSeconds),
    unplaced: !ofScenario && run.unplaced === 'reject' ? 'reject' : null,
    anew: run.anew ? 'yes' : null,
  })
}

export type LabAsked = { body: RunCreate; wrong: null } | { body: null; wrong: string }

/** The call, or what is missing. A scenario needs no policies: it has its own. */
export function labAsked(
  draft: LabDraft,
  policies: readonly string[],
  scenario: RunScenario = { text: '' },
): LabAsked {
  const no = (wrong: string): LabAsked => ({ body: null, wrong })
  const source = sourceAsked(draft, scenario)
  if (source === null) return no(sourceMissing[draft.source])
  const ofScenario = source.kind === 'scenario'
  if (ofScenario && source.text.length > scenarioCharactersMost)
    return no(
      `The scenario is longer than ${scenarioCharactersMost} characters; \`orrery twin run\` takes it.`,
    )
  if (source.kind === 'window' && source.since >= source.until) return no('The window ends before it begins.')
  if (policies.length === 0 && !ofScenario) return no('Choose at least one policy.')
  if (policies.length > 32) return no('Choose 32 policies at most.')
  const seeds = seedsRead(draft.seeds)
  if (seeds === null) return no('Seeds are whole numbers, as 1, 2 or 42-51: a hundred at most.')
  const horizonSeconds = draft.horizon === '' || ofScenario ? null : Number(draft.horizon)
  if (horizonSeconds !== null && !(horizonSeconds > 0))
    return no('The horizon is a time longer than nothing.')
  const name = draft.name.trim()
  return {
    wrong: null,
    body: {
      ...(name === '' ? {} : { name }),
      ...(source.kind === 'live' ? {} : { source }),
      ...(policies.length === 0 ? {} : { policies: [...policies] }),
      ...(seeds.length === 0 ? {} : { seeds }),
      ...(horizonSeconds === null ? {} : { horizonSeconds }),
      ...(draft.unplaced === 'wait' || ofScenario ? {} : { unplaced: draft.unplaced }),
      ...(draft.anew && !ofScenario ? { anew: true } : {}),
    },
  }
}

const sourceMissing: Record<RunSource['kind'], string> = {
  live: '',
  instant: 'Say which instant it starts from.',
  window: 'Say since when and until when.',
  scenario: 'Write the scenario that it starts from.',
}

function sourceAsked(
  { source, from, since, until }: LabDraft,
  { text, files }: RunScenario,
): RunSource | null {
  switch (source) {
    case 'live':
      return { kind: 'live' }
    case 'instant':
      return from === '' ? null : { kind: 'instant', at: from }
    case 'window':
      return since === '' || until === '' ? null : { kind: 'window', since, until }
    case 'scenario':
      return text.trim() === '' ? null : { kind: 'scenario', text, ...(files === undefined ? {} : { files }) }
  }
}

/** `1, 2, 42-51`; none for an empty text, null for what is no list of seeds. */
export function seedsRead(text: string): number[] | null {
  const seeds = new Set<number>()
  for (const part of text.split(/[\s,]+/).filter(Boolean)) {
    const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(part)
    if (match === null) return null
    const first = Number(match[1])
    const last = Number(match[2] ?? match[1])
    if (last < first || last - first >= seedsMost || last >= 2 ** 32) return null
    for (let seed = first; seed <= last; seed += 1) seeds.add(seed)
  }
  return seeds.size > seedsMost ? null : [...seeds]
}
