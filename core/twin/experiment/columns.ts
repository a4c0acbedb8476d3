/**
 * The published figures of a run: means over the rows at each whole percent of arrived work. They are means of figures
 * that were printed with two decimals, so that these are rounded first.
 */
import type { ExperimentRun } from './run.ts'

export const columnMax = 130

/** By column, 0 to 130: percent of GPUs that arrivals asked for. NaN where no row falls. */
export type ExperimentColumns = {
  /** percent of all GPUs that are in use */
  allocation: Float64Array
  /** percent of idle GPUs that are fragmented */
  fragmentRatio: Float64Array
}

export function columnsOf(run: ExperimentRun, capacityMilli: number): ExperimentColumns {
  const counts = new Int32Array(columnMax + 2)
  const allocation = new Float64Array(columnMax + 1)
  const fragmentRatio = new Float64Array(columnMax + 1)
  for (let row = 0; row < run.usedMilli.length; row += 1) {
    const column = roundToEven((100 * (run.arrivedMilli[row] ?? 0)) / capacityMilli)
    if (column > columnMax) continue
    const idle = run.idleMilli[row] ?? 0
    const ratio = idle > 0 ? (100 * (run.fragmentMilli[row] ?? 0)) / idle : 0
    counts[column] = (counts[column] ?? 0) + 1
    allocation[column] =
      (allocation[column] ?? 0) + twoDecimals((100 * (run.usedMilli[row] ?? 0)) / capacityMilli)
    fragmentRatio[column] = (fragmentRatio[column] ?? 0) + twoDecimals(ratio)
  }
  return {
    allocation: allocation.map((sum, column) => twoDecimals(sum / (counts[column] ?? 0))),
    fragmentRatio: fragmentRatio.map((sum, column) => sum / (counts[column] ?? 0)),
  }
}

function twoDecimals(value: number): number {
  return Math.round(value * 100) / 100
}

function roundToEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  if (rest === 0.5) return below % 2 === 0 ? below : below + 1
  return rest < 0.5 ? below : below + 1
}
