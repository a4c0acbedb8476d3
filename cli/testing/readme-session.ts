/** The session of the original tool's README, with the tables it prints there. */
import { expect } from 'vitest'

const emptyHosts = `╭─────────┬─────────┬───────────┬─────────────┬───────────┬───────────┬─────╮
│ HOSTID  │ STATEID │ TOTAL CPU │ TOTAL MEM   │ USAGE CPU │ USAGE MEM │ VMS │
├─────────┼─────────┼───────────┼─────────────┼───────────┼───────────┼─────┤
│ hostid1 │ 1       │ 1200      │ 16785711104 │ 0         │ 0         │ 0   │
│ hostid2 │ 2       │ 1200      │ 16785711104 │ 0         │ 0         │ 0   │
│ hostid3 │ 3       │ 1200      │ 16785711104 │ 0         │ 0         │ 0   │
╰─────────┴─────────┴───────────┴─────────────┴───────────┴───────────┴─────╯
`
const freeVms = `╭───────┬─────────┬──────────┬────────┬──────────────┬───────────┬─────────────┬───────────┬───────────╮
│ VMID  │ STATEID │ DEPLOYED │ HOSTID │ HOST STATEID │ TOTAL CPU │ TOTAL MEM   │ USAGE CPU │ USAGE MEM │
├───────┼─────────┼──────────┼────────┼──────────────┼───────────┼─────────────┼───────────┼───────────┤
│ vmid1 │ 1       │ false    │        │ 0            │ 1200      │ 16785711104 │ 0         │ 0         │
│ vmid2 │ 2       │ false    │        │ 0            │ 1200      │ 16785711104 │ 0         │ 0         │
│ vmid3 │ 3       │ false    │        │ 0            │ 1200      │ 16785711104 │ 0         │ 0         │
╰───────┴─────────┴──────────┴────────┴──────────────┴───────────┴─────────────┴───────────┴───────────╯
`
const reportedHosts = `╭─────────┬─────────┬───────────┬─────────────┬───────────┬───────────┬─────╮
│ HOSTID  │ STATEID │ TOTAL CPU │ TOTAL MEM   │ USAGE CPU │ USAGE MEM │ VMS │
├─────────┼─────────┼───────────┼─────────────┼───────────┼───────────┼─────┤
│ hostid1 │ 1       │ 1200      │ 16785711104 │ 701       │ 12345678  │ 0   │
│ hostid2 │ 2       │ 1200      │ 16785711104 │ 0         │ 0         │ 0   │
│ hostid3 │ 3       │ 1200      │ 16785711104 │ 0         │ 0         │ 1   │
╰─────────┴─────────┴───────────┴─────────────┴───────────┴───────────┴─────╯
`
const reportedVms = `╭───────┬─────────┬──────────┬─────────┬──────────────┬───────────┬─────────────┬───────────┬───────────╮
│ VMID  │ STATEID │ DEPLOYED │ HOSTID  │ HOST STATEID │ TOTAL CPU │ TOTAL MEM   │ USAGE CPU │ USAGE MEM │
├───────┼─────────┼──────────┼─────────┼──────────────┼───────────┼─────────────┼───────────┼───────────┤
│ vmid1 │ 1       │ true     │ hostid3 │ 3            │ 1200      │ 16785711104 │ 701       │ 12345678  │
│ vmid2 │ 2       │ false    │         │ 0            │ 1200      │ 16785711104 │ 0         │ 0         │
│ vmid3 │ 3       │ false    │         │ 0            │ 1200      │ 16785711104 │ 0         │ 0         │
╰───────┴─────────┴──────────┴─────────┴──────────────┴───────────┴─────────────┴───────────┴───────────╯
`

/** Runs it; `ok` runs one line that must succeed and gives what it printed on stdout. */
export async function readmeSession(ok: (line: string) => Promise<string>): Promise<void> {
  for (const n of [1, 2, 3]) {
    expect(await ok(`hosts add --hostid "hostid${n}" --totalcpu 1200 --totalmem 16785711104`)).toBe('')
  }
  expect(await ok('hosts ls')).toBe(emptyHosts)
  for (const n of [1, 2, 3]) await ok(`vms add --vmid "vmid${n}" --totalcpu 1200 --totalmem 16785711104`)
  expect(await ok('vms ls')).toBe(freeVms)
  await ok('vms bind --vmid vmid1 --hostid hostid3')
  await ok('hosts report --hostid hostid1 --cpu 701 --mem 12345678')
  expect(await ok('hosts ls')).toBe(reportedHosts)
  await ok('vms report --vmid vmid1 --cpu 701 --mem 12345678')
  expect(await ok('vms ls')).toBe(reportedVms)
}
