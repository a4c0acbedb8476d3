/** A life as one bar: each stay a segment as long as it lasted, but never too thin to see. */
import type { WorkloadStay } from '@orrery/api/workload.ts'

export type LifeSegment = { stay: WorkloadStay; /** 0 to 1; all together 1 */ share: number; seconds: number }

const shareMin = 0.004

export function lifeSegments(stays: readonly WorkloadStay[], nowMs: number): LifeSegment[] {
  const lasted = stays.map((stay) => {
    const end = stay.until === null ? nowMs : Date.parse(stay.until)
    return Math.max(0, (end - Date.parse(stay.since)) / 1000)
  })
  const total = lasted.reduce((sum, seconds) => sum + seconds, 0)
  const raw = lasted.map((seconds) => Math.max(shareMin, total === 0 ? 1 : seconds / total))
  const sum = raw.reduce((all, share) => all + share, 0)
  return stays.map((stay, index) => ({ stay, share: (raw[index] ?? 0) / sum, seconds: lasted[index] ?? 0 }))
}
