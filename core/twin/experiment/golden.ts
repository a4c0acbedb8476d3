/** What single runs of the published experiment gave, on the default workload by seed; for tests. */
export type Golden = {
  seed: number
  rows: number
  arrivedMilli: number
  firstTasks: readonly number[]
  lastTask: number
  /** of the first four nodes by name */
  ranks: readonly number[]
  /** rejected tasks and milli in use at the end */
  fgd: readonly [number, number]
  bestFit: readonly [number, number]
  /** the first three placements of fgd: node by name, then a bit for each device */
  fgdFirst: string
}

const table = `
42 | 10866 | 8075080 | 0255 1685 6784 | 5877 | 601 815 450 13 | 2532 5919410 | 2676 5785450 | 260:0 1080:1 260:1
43 | 10793 | 8074900 | 2283 7248 5897 | 6778 | 1072 485 626 608 | 2442 5921240 | 2579 5792550 | 1080:1 764:1 764:2
44 | 10863 | 8075270 | 2703 5401 5623 | 5638 | 334 433 952 769 | 2499 5928510 | 2679 5782530 | 644:1 1141:1 644:0
45 | 10813 | 8082190 | 1603 6756 0139 | 0017 | 918 1103 586 10 | 2436 5931400 | 2599 5786000 | 1116:1 1116:0 604:1
46 | 10814 | 8075240 | 4012 0406 0404 | 6943 | 119 179 74 221 | 2470 5932130 | 2650 5789010 | 475:1 335:1 702:0
47 | 10831 | 8074860 | 1915 4744 7035 | 0913 | 1194 3 223 127 | 2478 5917990 | 2644 5779830 | 1140:1 926:1 335:1
48 | 10805 | 8075340 | 3154 3572 2396 | 3476 | 976 548 916 926 | 2458 5924090 | 2635 5773870 | 492:1 417:1 417:2
49 | 10835 | 8075140 | 7880 6789 4238 | 6544 | 370 796 175 40 | 2455 5931000 | 2635 5790120 | 492:1 1181:1 479:1
50 | 10766 | 8075230 | 4998 6404 4135 | 2936 | 549 571 497 738 | 2430 5923140 | 2582 5769330 | 275:0 275:1 275:2
51 | 10859 | 8074900 | 7151 7598 3598 | 1596 | 226 1032 294 1084 | 2468 5928180 | 2637 5770360 | 604:1 271:1 216:1
`

export const golden: readonly Golden[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const cells = line.split('|').map((cell) => cell.trim())
    const numbers = (cell: number) => (cells[cell] ?? '').split(' ').map(Number)
    const pair = (cell: number): [number, number] => [numbers(cell)[0] ?? 0, numbers(cell)[1] ?? 0]
    return {
      seed: Number(cells[0]),
      rows: Number(cells[1]),
      arrivedMilli: Number(cells[2]),
      firstTasks: numbers(3),
      lastTask: Number(cells[4]),
      ranks: numbers(5),
      fgd: pair(6),
      bestFit: pair(7),
      fgdFirst: cells[8] ?? '',
    }
  })
