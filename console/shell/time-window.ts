/** The span that the time slider covers, and its thousand positions. The last position is now itself. */
export const ranges = ['15 min', '1 h', '6 h', '24 h', '7 d', 'All'] as const
export type Range = (typeof ranges)[number]
export type TimeWindow = { startMs: number; endMs: number }

export const positions = 1000

const spanMs: Record<Exclude<Range, 'All'>, number> = {
  '15 min': 900_000,
  '1 h': 3_600_000,
  '6 h': 21_600_000,
  '24 h': 86_400_000,
  '7 d': 604_800_000,
}

/** Never before the first event: there is nothing to see there. Stretched to hold `at`, so that a link's time is on it. */
export function windowOf(range: Range, nowMs: number, firstAt: string | null, at: string | null): TimeWindow {
  const firstMs = firstAt === null ? Number.NaN : Date.parse(firstAt)
  const wanted =
    range === 'All' ? (Number.isNaN(firstMs) ? nowMs - spanMs['1 h'] : firstMs) : nowMs - spanMs[range]
  const start = Number.isNaN(firstMs) ? wanted : Math.max(wanted, firstMs)
  const held = at === null ? start : Math.min(start, Date.parse(at))
  return { startMs: Math.min(held, nowMs - 1000), endMs: nowMs }
}

/** Null at the right end: now. */
export function instantAt(window: TimeWindow, position: number): string | null {
  if (position >= positions) return null
  const ms = window.startMs + ((window.endMs - window.startMs) * position) / positions
  return new Date(Math.round(ms)).toISOString()
}

export function positionOf(window: TimeWindow, at: string | null): number {
  if (at === null) return positions
  const share = (Date.parse(at) - window.startMs) / (window.endMs - window.startMs)
  return Math.min(positions - 1, Math.max(0, Math.round(share * positions)))
}
