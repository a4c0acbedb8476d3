import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnWidths } from './widths.ts'

describe('the widths of columns', () => {
  const columns = [{ width: 100 }, { width: 50 }, { width: 200, least: 80 }]

  it('are as asked where they fit, and share what is left over', () => {
    expect(columnWidths(columns, 350)).toEqual([100, 50, 200])
    expect(columnWidths(columns, 450)).toEqual([150, 50, 250])
    expect(columnWidths([{ width: 10 }, { width: 20 }], 50)).toEqual([30, 20])
  })

  it('give way where they do not fit, down to the least', () => {
    expect(columnWidths(columns, 300)).toEqual([100, 50, 150])
    expect(columnWidths(columns, 100)).toEqual([100, 50, 80])
  })

  it('never leave room unused by more than a pixel a column, and never scroll before all have given way', () => {
    const column = fc.record({
      width: fc.integer({ min: 40, max: 400 }),
      least: fc.integer({ min: 20, max: 400 }),
    })
    fc.assert(
      fc.property(
        fc.array(column, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 4000 }),
        (all, room) => {
          const widths = columnWidths(all, room)
          const sum = widths.reduce((total, width) => total + width, 0)
          widths.forEach((width, index) => {
            const { width: asked = 0, least = 0 } = all[index] ?? {}
            expect(width).toBeGreaterThanOrEqual(Math.min(asked, least))
          })
          const bare = all.reduce((total, { width, least }) => total + Math.min(width, least), 0)
          const most = Math.max(room, bare)
          expect(sum).toBeLessThanOrEqual(most)
          expect(sum).toBeGreaterThanOrEqual(most - all.length)
        },
      ),
    )
  })
})
