/** 0 to 100: 50 where nothing changes, more where a placement leaves less fragmentation than there was. */
export function gradientPoints(milliFreed: number): number {
  return Math.trunc(100 * (1 / (1 + Math.exp(-milliFreed / 1000))))
}
