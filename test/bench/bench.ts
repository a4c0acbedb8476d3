/** A benchmark: it measures its reference in the same run and reports figures with their goals. */
export type Bench = {
  name: string
  /** what is measured, in one line */
  summary: string
  run(report: Report): Promise<void>
}

export type Figure = {
  metric: string
  value: number
  unit: string
  /** of the value to its reference; how it is read is said in the benchmark's own words */
  ratio?: number
  goal?: Goal
}
/** What must hold of the ratio where there is one, else of the value. */
export type Goal = { atLeast: number } | { atMost: number }

export type Report = {
  /** What the work was; for a reader, not for a program. */
  say(line: string): void
  figure(figure: Figure): void
}

export function isMet(figure: Figure): boolean {
  const { goal } = figure
  if (goal === undefined) return true
  const measured = figure.ratio ?? figure.value
  return 'atLeast' in goal ? measured >= goal.atLeast : measured <= goal.atMost
}

/** `RESULT ingest.json 171000 samples/s ratio=0.62 goal>=0.5` */
export function figureLine(bench: string, figure: Figure): string {
  const { goal, ratio } = figure
  const parts = [`RESULT ${bench}.${figure.metric} ${rounded(figure.value)} ${figure.unit}`]
  if (ratio !== undefined) parts.push(`ratio=${rounded(ratio)}`)
  if (goal !== undefined) parts.push('atLeast' in goal ? `goal>=${goal.atLeast}` : `goal<=${goal.atMost}`)
  return parts.join(' ')
}

function rounded(value: number): string {
  const magnitude = Math.abs(value)
  return magnitude >= 1000 ? value.toFixed(0) : magnitude >= 10 ? value.toFixed(1) : value.toFixed(3)
}
