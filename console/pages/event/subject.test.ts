import { expect, it } from 'vitest'
import { withSearch } from '../../paths.ts'
import { eventSubjectLink } from './subject.ts'

const at = '2026-01-31T12:00:00.000123Z'
const then = '2026-01-31T13:00:00Z'
const link = (path: string, more = {}) => withSearch(path, { at: then, ...more })
const event = (verb: string, subjectKind: string) =>
  eventSubjectLink({ at, verb, subjectKind, subjectId: 'id-1', subjectName: 'web' }, link)

it('leads to the subject at the time of the page', () => {
  expect(event('node.drain', 'node')).toBe('/nodes/web?at=2026-01-31T13%3A00%3A00Z')
  expect(event('plan.approve', 'plan')).toBe('/plans/id-1?at=2026-01-31T13%3A00%3A00Z')
  expect(event('sample.write', 'sample')).toBe(null)
})

it('leads to what was deleted as it last was, or nowhere', () => {
  expect(event('workload.delete', 'workload')).toBe('/workloads/web?at=2026-01-31T11%3A59%3A59.999Z')
  expect(event('provider.delete', 'provider')).toBe(null)
})
