/**
 * Keys pressed after the palette was asked for and before its field can take them. They are kept for the field, so that
 * whoever types at once loses no letter, and none of them works as a key of the page.
 */

export type TypedAhead = { text: string; last: 'Enter' | 'Escape' | null }
export type Typing = { end(): TypedAhead }

/** A palette that never comes, as without a network, must not keep the keyboard. */
const waitMs = 10_000

export function typingKeep(): Typing {
  const keys: string[] = []
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !isKept(event.key)) return
    event.preventDefault()
    event.stopPropagation()
    keys.push(event.key)
  }
  const stop = () => {
    clearTimeout(timer)
    window.removeEventListener('keydown', press, { capture: true })
  }
  const timer = setTimeout(stop, waitMs)
  window.addEventListener('keydown', press, { capture: true })
  return {
    end() {
      stop()
      return typedAhead(keys)
    },
  }
}

/** What the keys would have made of an empty field, up to the first that ends the typing. */
export function typedAhead(keys: readonly string[]): TypedAhead {
  let text = ''
  for (const key of keys) {
    if (key === 'Enter' || key === 'Escape') return { text, last: key }
    text = key === 'Backspace' ? [...text].slice(0, -1).join('') : text + key
  }
  return { text, last: null }
}

function isKept(key: string): boolean {
  return [...key].length === 1 || key === 'Backspace' || key === 'Enter' || key === 'Escape'
}
