/** How one reader likes the console: kept in this browser, not in links. */
import { useSyncExternalStore } from 'react'
import type { Zone } from '../words/time.ts'

export type Preferences = { density: 'dense' | 'comfortable'; zone: Zone; rail: 'open' | 'folded' }

const storageKey = 'orrery-preferences'
const usual: Preferences = { density: 'dense', zone: 'utc', rail: 'open' }
const listeners = new Set<() => void>()
let current: Preferences | null = null

export function preferencesParse(text: string | null): Preferences {
  let read: unknown = null
  try {
    read = JSON.parse(text ?? 'null')
  } catch {
    return usual
  }
  const given = (typeof read === 'object' && read !== null ? read : {}) as Record<string, unknown>
  return {
    density: given['density'] === 'comfortable' ? 'comfortable' : 'dense',
    zone: given['zone'] === 'local' ? 'local' : 'utc',
    rail: given['rail'] === 'folded' ? 'folded' : 'open',
  }
}

function snapshot(): Preferences {
  current ??= preferencesParse(localStorage.getItem(storageKey))
  return current
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, snapshot)
}

export function preferencesSet(patch: Partial<Preferences>): void {
  current = { ...snapshot(), ...patch }
  localStorage.setItem(storageKey, JSON.stringify(current))
  for (const each of listeners) each()
}
