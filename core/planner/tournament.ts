/**
 * A tournament over numbered players: the highest value wins, ties go to the lowest number. Changing one value costs a
 * walk to the root at most, and ends where nothing changes any more.
 */

/** A heap-shaped tree: players are the last `leaves` entries, and entry n is the larger of 2 n and 2 n + 1. */
export type Tournament = { leaves: number; tree: Float64Array }

const out = Number.NEGATIVE_INFINITY

/** For players 0 to `count` - 1; those whose value was never set are out. */
export function tournamentCreate(count: number): Tournament {
  let leaves = 1
  while (leaves < count) leaves *= 2
  return { leaves, tree: new Float64Array(2 * leaves).fill(out) }
}

/** Sets many values at once: write them with `player` first, then call this. */
export function tournamentSettle({ leaves, tree }: Tournament): void {
  for (let at = leaves - 1; at > 0; at -= 1) {
    const left = tree[2 * at] ?? out
    const right = tree[2 * at + 1] ?? out
    tree[at] = left >= right ? left : right
  }
}

export function tournamentSet({ leaves, tree }: Tournament, player: number, value: number): void {
  let at = leaves + player
  if (tree[at] === value) return
  tree[at] = value
  let winner = value
  while (at > 1) {
    const rival = tree[at ^ 1] ?? out
    if (rival > winner) winner = rival
    at >>= 1
    if (tree[at] === winner) return
    tree[at] = winner
  }
}

/** -1: everyone is out. */
export function tournamentWinner({ leaves, tree }: Tournament): number {
  const best = tree[1] ?? out
  if (best === out) return -1
  let at = 1
  while (at < leaves) {
    at *= 2
    if (tree[at] !== best) at += 1
  }
  return at - leaves
}
