/**
 * The scenario that is being written, kept in the tab until it is closed: it is too long for the address, which has the
 * rest of the lab's form.
 */
import type { RunScenario } from '@orrery/api/run-source.ts'
import { scenarioExample } from './scenario-example.ts'

const storageKey = 'orrery.scenario'

export function scenarioKept(): RunScenario {
  const text = sessionStorage.getItem(storageKey)
  // Written by `scenarioKeep` alone.
  return text === null ? { text: scenarioExample } : (JSON.parse(text) as RunScenario)
}

/** One that is too large for the browser to keep stays in the page. */
export function scenarioKeep(scenario: RunScenario): void {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(scenario))
  } catch {
    sessionStorage.removeItem(storageKey)
  }
}
