import { expect, it } from 'vitest'
import { isTouched, readsTouched } from './refresh.ts'

it('refreshes the lists and pages of the noun that changed, and the events', () => {
  expect(readsTouched('workload')).toContain('workloadList')
  expect(readsTouched('workload')).toContain('nodeView')
  expect(readsTouched('something new')).toEqual(['eventList'])
})

it('never asks again for the past', () => {
  const names = new Set(['nodeList'])
  expect(isTouched(['nodeList', { query: { filter: 'a' } }], names)).toBe(true)
  expect(isTouched(['nodeList', { query: { at: '2026-01-31T12:00:00Z' } }], names)).toBe(false)
  expect(isTouched(['nodeList', { query: { until: '2026-01-31T12:00:00Z' } }], names)).toBe(false)
  expect(isTouched(['siteList', {}], names)).toBe(false)
})
