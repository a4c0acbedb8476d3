/** The choice a person most likely meant, or null when none is near. */
export function likely(word: string, choices: readonly string[]): string | null {
  let best: string | null = null
  let bestDistance = Infinity
  for (const choice of choices) {
    const distance = editDistance(word.toLowerCase(), choice.toLowerCase())
    // A word may be wrong in a third of its letters, and a short one in one.
    const allowed = Math.max(1, Math.floor(Math.max(word.length, choice.length) / 3))
    // Few mistype the first letter: of two that are equally far, the one that begins alike.
    const rank = distance + (word[0] === choice[0] ? 0 : 0.5)
    if (distance <= allowed && rank < bestDistance) {
      best = choice
      bestDistance = rank
    }
  }
  return best
}

/** Damerau-Levenshtein, optimal string alignment: a swap of neighbours is one mistake. */
export function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      )
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (before[column - 2] ?? 0) + 1)
      }
      current.push(cost)
    }
    before = last
    last = current
  }
  return last[b.length] ?? 0
}
