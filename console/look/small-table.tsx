import type { ReactNode } from 'react'
import { Scroll } from './scroll.tsx'
import './small-table.css'

type SmallTableProps = {
  label: string
  heads: readonly ReactNode[]
  rows: readonly { key: string; cells: readonly ReactNode[] }[]
  /** columns of numbers, by index */
  numeric?: readonly number[]
}

/** A table of a few dozen rows inside a page; it scrolls sideways by itself where the page is narrow. */
export function SmallTable({ label, heads, rows, numeric = [] }: SmallTableProps) {
  const className = (index: number) => (numeric.includes(index) ? 'number' : '')
  return (
    <Scroll label={label} className="small-table">
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
                <td key={index} className={className(index)}>
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
