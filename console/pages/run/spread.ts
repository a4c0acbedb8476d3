/** How many nodes have how much of their GPUs idle and of no use. */
export const binNames = ['0', '≤10', '≤20', '≤30', '≤40', '≤50', '≤60', '≤70', '≤80', '≤90', '≤100'] as const

/** Counts per bin: none at all, then tenths. Nodes without GPUs are in none. */
export function spreadBins(shares: readonly (number | null)[]): number[] {
  const bins = binNames.map(() => 0)
  for (const share of shares) {
    if (share === null) continue
    const bin = share <= 0 ? 0 : Math.min(10, Math.max(1, Math.ceil(share * 10 - 1e-9)))
    bins[bin] = (bins[bin] ?? 0) + 1
  }
  return bins
}
