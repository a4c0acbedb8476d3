/**
 * A trace's own clock. It runs at `speed` trace seconds per second at most. It runs on while events are decided, so that
 * what came due meanwhile is decided together; but it is never ahead of the decisions by more than a second of real
 * time, and does not hurry later to make up for what it lost.
 */
export type ReplayClock = {
  /** milliseconds until this instant of the trace may be released; 0 when it may be now */
  waitMs(atMicros: number): number
  /** Everything before this instant is decided. */
  decided(nextMicros: number): void
}

const aheadMaxMs = 1000

/** `speed` null: as fast as events can be decided. */
export function replayClockCreate(
  startMicros: number,
  speed: number | null,
  nowMs: () => number,
): ReplayClock {
  let anchorMs = nowMs()
  const untilMs = (atMicros: number) =>
    speed === null ? 0 : anchorMs + (atMicros - startMicros) / (speed * 1000) - nowMs()
  return {
    waitMs: (atMicros) => Math.max(0, untilMs(atMicros)),
    decided(nextMicros) {
      const aheadMs = -untilMs(nextMicros)
      if (aheadMs > aheadMaxMs) anchorMs += aheadMs - aheadMaxMs
    },
  }
}
