/**
 * Keys of the page. One listener; a component offers its keys while it is there, and `?` lists them all.
 * A key is `j`, `Enter`, `Mod+k`, or two in a row as `g n`.
 */
import { type ReactNode, createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react'

export type Key = { keys: string; does: string; run(): void }
type Board = {
  offer(keys: readonly Key[]): () => void
  subscribe(changed: () => void): () => void
  snapshot(): readonly Key[]
}

const KeysContext = createContext<Board | null>(null)
const sequenceMs = 1000

export function KeyBoard({ children }: { children: ReactNode }) {
  const board = useRef<ReturnType<typeof boardCreate>>(null)
  board.current ??= boardCreate()
  const { press } = board.current
  useEffect(() => {
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [press])
  return <KeysContext value={board.current}>{children}</KeysContext>
}

function boardCreate(): Board & { press(event: KeyboardEvent): void } {
  const offers = new Set<readonly Key[]>()
  const listeners = new Set<() => void>()
  let all: readonly Key[] = []
  let before = { key: '', at: -Infinity }
  const changed = () => {
    all = [...offers].flat()
    for (const each of listeners) each()
  }
  return {
    offer(keys) {
      offers.add(keys)
      changed()
      return () => {
        offers.delete(keys)
        changed()
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    snapshot: () => all,
    press(event) {
      if (event.defaultPrevented || event.altKey || isInDialog(event.target)) return
      // A letter belongs to the field it is typed in; with Ctrl it is no letter.
      if (isTyping(event.target) && !event.ctrlKey && !event.metaKey) return
      // Enter on a link or a button is that one's own.
      if (event.key === 'Enter' && isPressable(event.target)) return
      const name = keyName(event)
      const pair = event.timeStamp - before.at < sequenceMs ? `${before.key} ${name}` : ''
      before = { key: name, at: event.timeStamp }
      // The latest offer wins: a dialog's keys before its page's.
      const hit = all.findLast((key) => key.keys === pair) ?? all.findLast((key) => key.keys === name)
      if (hit === undefined) return
      event.preventDefault()
      before = { key: '', at: -Infinity }
      hit.run()
    },
  }
}

export function keyName(event: { key: string; ctrlKey: boolean; metaKey: boolean }): string {
  return `${event.ctrlKey || event.metaKey ? 'Mod+' : ''}${event.key}`
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}

function isPressable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('a[href],button,summary') !== null
}

function isInDialog(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('[role=dialog],[role=menu],[role=listbox]') !== null
}

function useBoard(): Board {
  const board = useContext(KeysContext)
  if (board === null) throw new Error('keys are for components inside KeyBoard')
  return board
}

/** Offers keys while the component is there. The runs may change on every render; which keys there are may not. */
export function useKeys(keys: readonly Key[]): void {
  const board = useBoard()
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  const names = keys.map((key) => `${key.keys}\t${key.does}`).join('\n')
  useEffect(() => {
    if (names === '') return undefined
    const offered = names.split('\n').map((line, index): Key => {
      const [name = '', does = ''] = line.split('\t')
      return { keys: name, does, run: () => latest.current[index]?.run() }
    })
    return board.offer(offered)
  }, [board, names])
}

export function useKeysOffered(): readonly Key[] {
  const board = useBoard()
  return useSyncExternalStore(board.subscribe, board.snapshot)
}
