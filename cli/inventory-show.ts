import type { Inventory } from '@orrery/api/inventory.ts'
import { cellShow } from './cell.ts'
import type { Cli } from './command.ts'
import type { Schema } from './flag.ts'
import { rowsShow, schemaAt } from './show.ts'

/** The continuum on one screen: a line per site and one for all. The nodes themselves are `orrery node list`. */
export function inventoryShow(cli: Cli, inventory: Inventory, schema: Schema): void {
  const { bold } = cli.colors
  const total = { ...inventory.totals, name: 'all', kind: '', latencyMs: null }
  rowsShow(cli, [...inventory.sites, total], 'sites', schemaAt(schema, 'sites'), { wide: false, columns: [] })
  const states = Object.entries(inventory.workloads).filter(([, count]) => count > 0)
  const words = states.map(([state, count]) => `${count} ${state}`).join(', ')
  cli.print(`\n${bold('workloads')}  ${words === '' ? 'none' : words}`)
  cli.print(
    `${bold('at')}         ${cellShow(inventory.at, 'at')}${inventory.live ? '' : ', as it was then'}`,
  )
}
