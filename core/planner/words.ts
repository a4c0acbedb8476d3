/** Quantities as a person reads them, for the sentences of decisions. */

export function coresInWords(cpuCores: number): string {
  return `${numberInWords(cpuCores)} ${cpuCores === 1 ? 'core' : 'cores'}`
}

export function bytesInWords(bytes: number): string {
  const names = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const
  let value = Math.max(0, bytes)
  let power = 0
  while (value >= 1024 && power < names.length - 1) {
    value /= 1024
    power += 1
  }
  return `${numberInWords(value)} ${names[power]}`
}

/** `1 node`, `2 nodes`. */
export function countInWords(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
}

export function listInWords(items: readonly string[], joint: 'and' | 'or'): string {
  const shown = items.length > 5 ? [...items.slice(0, 4), `${items.length - 4} more`] : items
  if (shown.length < 2) return shown.join('')
  return `${shown.slice(0, -1).join(', ')} ${joint} ${shown[shown.length - 1]}`
}

/** Of a share, in whole percent: `7 %`. */
export function percentInWords(share: number): string {
  return `${Math.round(100 * share)} %`
}

/** Three significant digits, never more than are there: `0.25`, `3.5`, `1200`. */
export function numberInWords(value: number): string {
  return value >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))
}
