import { expect, it } from 'vitest'
import { syntheticInventory } from '../../orrery/synthetic.ts'
import { nodeColumns } from '../node/columns.tsx'
import { listColumns, listedOf, listedSort } from './list-columns.tsx'

const inventory = syntheticInventory(200)
const all = new Uint8Array(200).fill(1)

it('lists what glows', () => {
  const lit = new Uint8Array(200)
  lit[7] = 1
  expect(listedOf(inventory, lit).map((each) => each.name)).toEqual([inventory.nodes.name[7]])
})

it('puts what was not measured last, whichever way it is sorted', () => {
  for (const sort of ['cpuShare', '-cpuShare']) {
    const used = listedSort(listedOf(inventory, all), sort).map((each) => each.cpuCoresUsed)
    const first = used.indexOf(null)
    expect(first).toBeGreaterThan(0)
    expect(used.slice(first).every((each) => each === null)).toBe(true)
  }
  const names = listedSort(listedOf(inventory, all), null).map((each) => each.name)
  expect(names).toEqual(names.toSorted())
})

it('has the columns and orders of the list of nodes, so that a file and a command give the same', () => {
  const sortable = nodeColumns.filter((each) => each.sortable).map((each) => each.key)
  for (const column of listColumns) expect(sortable).toContain(column.key)
  expect(listColumns.filter((each) => each.phone)).toHaveLength(3)
})
