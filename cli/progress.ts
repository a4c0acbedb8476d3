import { type Io, colorsFor } from './io.ts'
import { cut } from './table.ts'

/** How far some long work is. `total` null: nobody knows how much there is. */
export type Progress = { done: number; total: number | null; note: string }

/** Two lines that rewrite themselves on a terminal; elsewhere a line now and then, which a log can keep. */
export type ProgressLine = { show(progress: Progress): void; end(): void }

const barWidth = 32
const logEveryMs = 5000
const up = '\u001b[1A'
const clearRight = '\u001b[K'

export function progressLine(io: Io, label: string, quiet: boolean): ProgressLine {
  if (quiet) return { show: () => {}, end: () => {} }
  const colors = colorsFor(io.err, io.env)
  let drawn = false
  let loggedMs = -Infinity
  return {
    show(progress) {
      const bar = progressBar(label, progress, io.err.isTty ? colors.green : String)
      if (io.err.isTty) {
        // The width is asked anew each time: the window may have been resized.
        const columns = io.err.columns ?? 80
        const lines = [cut(bar, columns), cut(colors.dim(progress.note), columns)]
        io.err.write(`${drawn ? `\r${up}` : ''}${lines.map((line) => line + clearRight).join('\n')}`)
        drawn = true
      } else if (progress.done > 0 && io.now() - loggedMs >= logEveryMs) {
        loggedMs = io.now()
        io.err.write(`${bar}${progress.note === '' ? '' : `  ${progress.note}`}\n`)
      }
    },
    end() {
      if (drawn) io.err.write('\n')
    },
  }
}

function progressBar(label: string, { done, total }: Progress, fill: (text: string) => string): string {
  if (total === null || total <= 0) return `${label}  ${done}`
  const share = Math.min(1, Math.max(0, done / total))
  const full = Math.round(share * barWidth)
  const bar = fill('█'.repeat(full)) + '░'.repeat(barWidth - full)
  return `${label} ${bar} ${String(Math.floor(share * 100)).padStart(3)}%  ${done}/${total}`
}
