import type { ReactNode } from 'react'
import { Scroll } from './scroll.tsx'
import './small-table.css'

type SmallTableProps = {
  label: string
  heads: readonly ReactNode[]
  rows: readonly { key: string; cells: readonly ReactNode[] }[]
  /** columns of numbers, by index */
  numeric?: readonly number[]
  /** what stands before each cell where rows are cards; without it the heads that are text */
  labels?: readonly string[]
  /** numbers to be read down a column: it stays a table on a phone, and scrolls sideways by itself */
  matrix?: boolean
}

/** A table of a few dozen rows inside a page. Where the page is narrow a row becomes a card, so that nothing hides beside it. */
export function SmallTable({ label, heads, rows, numeric = [], labels, matrix = false }: SmallTableProps) {
  const className = (index: number) => (numeric.includes(index) ? 'number' : '')
  const labelOf = (index: number) => {
    const head = labels === undefined ? heads[index] : labels[index]
    return typeof head === 'string' ? head : ''
  }
  return (
    <Scroll label={label} className={matrix ? 'small-table' : 'small-table small-table-cards'}>
      <table aria-label={label}>
        <thead>
          <tr>
            {heads.map((head, index) => (
              <th key={index} scope="col" className={className(index)}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              {row.cells.map((cell, index) => (
                <td key={index} className={className(index)} data-label={labelOf(index)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

/** A heading for those who do not see that a column holds buttons. */
export function hiddenWord(word: string): ReactNode {
  return <span className="hidden">{word}</span>
}
