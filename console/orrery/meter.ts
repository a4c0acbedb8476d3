/** Frames a second over the last seconds, for a benchmark to read from the page. */
export type FrameMeter = { add(ms: number): void; read(): { fps: number; slowestMs: number; frames: number } }

const kept = 240

export function frameMeter(): FrameMeter {
  const times: number[] = []
  let frames = 0
  return {
    add(ms) {
      // The first frame has none before it.
      if (!Number.isFinite(ms)) return
      frames += 1
      times.push(ms)
      if (times.length > kept) times.shift()
    },
    read() {
      const sum = times.reduce((all, each) => all + each, 0)
      return { fps: sum === 0 ? 0 : (1000 * times.length) / sum, slowestMs: Math.max(0, ...times), frames }
    },
  }
}
