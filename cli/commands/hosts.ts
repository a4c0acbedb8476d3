import { OrreryError } from '@orrery/api/errors.ts'
import { type Command, type Flag, quietFlag, yesFlag } from '../command.ts'
import { confirmed } from '../confirm.ts'
import { type Host, envserver } from '../envserver/client.ts'
import { mustExist } from '../envserver/exist.ts'
import { hostType, numberOf, report, reportFlags } from '../envserver/metric.ts'
import { metricsFlags, metricsShow } from '../envserver/metrics-read.ts'
import { say } from '../envserver/say.ts'
import { hostsTable } from '../envserver/tables.ts'
import { exitCodes } from '../exit-code.ts'

const hostFlag: Flag = { name: 'hostid', value: 'ID', required: true, description: 'id of the host' }
const jsonFlag: Flag = { name: 'json', description: 'print the answer of the server, its bytes untouched' }
const wideFlag: Flag = { name: 'wide', short: 'w', description: 'disk, network and energy columns too' }

const one = (id: string): string => `/hosts/${encodeURIComponent(id)}`

export const hostsCommands: readonly Command[] = [
  {
    words: ['hosts', 'add'],
    summary: 'add a host',
    examples: ['orrery hosts add --hostid hostid1 --totalcpu 1200 --totalmem 16785711104'],
    flags: [
      hostFlag,
      { name: 'totalcpu', value: 'N', required: true, description: 'capacity; 100 is one core' },
      { name: 'totalmem', value: 'N', required: true, description: 'capacity in bytes' },
      quietFlag,
    ],
    async run(cli, given) {
      const hostid = given.text('hostid') ?? ''
      const total_cpu = numberOf(cli, given, 'totalcpu')
      const total_memory = numberOf(cli, given, 'totalmem')
      await envserver(cli, 'POST', '/hosts', { hostid, total_cpu, total_memory })
      say(cli, 'Host added', {
        HostId: hostid,
        TotalCPU: String(total_cpu),
        TotalMemory: String(total_memory),
      })
    },
  },
  {
    words: ['hosts', 'ls'],
    aliases: ['list'],
    summary: 'list hosts',
    examples: ['orrery hosts ls', 'orrery hosts ls --wide', 'orrery hosts ls --json | jq length'],
    flags: [wideFlag, jsonFlag, quietFlag],
    async run(cli, given) {
      const text = await envserver(cli, 'GET', '/hosts')
      if (given.on('json') === true) return cli.print(text)
      const hosts = (JSON.parse(text) as Host[] | null) ?? []
      if (given.on('quiet') === true) hosts.forEach((host) => cli.print(host.hostid))
      else if (hosts.length === 0) say(cli, 'No hosts found')
      else cli.io.out.write(hostsTable(hosts, given.on('wide') === true))
    },
  },
  {
    words: ['hosts', 'view'],
    summary: 'show one host',
    examples: ['orrery hosts view --hostid hostid1'],
    flags: [hostFlag, jsonFlag],
    async run(cli, given) {
      const id = given.text('hostid') ?? ''
      const text = await envserver(cli, 'GET', one(id))
      const host = JSON.parse(text) as Host | null
      if (host === null) throw new OrreryError('not_found', `there is no host '${id}'`)
      if (given.on('json') === true) cli.print(text)
      else cli.io.out.write(hostsTable([host], true))
    },
  },
  {
    words: ['hosts', 'remove'],
    aliases: ['rm', 'delete'],
    summary: 'remove a host',
    examples: ['orrery hosts remove --hostid hostid1'],
    flags: [hostFlag, yesFlag, quietFlag],
    async run(cli, given) {
      const id = given.text('hostid') ?? ''
      await mustExist(cli, id, hostType)
      if (!(await confirmed(cli, given, `Remove the host ${id}?`))) return exitCodes.usage.code
      await envserver(cli, 'DELETE', one(id))
      say(cli, 'Host removed', { HostId: id })
    },
  },
  {
    words: ['hosts', 'report'],
    summary: 'report what a host uses now',
    examples: ['orrery hosts report --hostid hostid1 --cpu 701 --mem 12345678'],
    flags: [hostFlag, ...reportFlags, quietFlag],
    async run(cli, given) {
      const id = given.text('hostid') ?? ''
      await report(cli, given, id, hostType)
      say(cli, 'Host metrics reported', { HostId: id })
    },
  },
  {
    words: ['hosts', 'metrics'],
    summary: 'what a host has reported',
    examples: ['orrery hosts metrics --hostid hostid1 --since 1h'],
    flags: [hostFlag, ...metricsFlags],
    run: (cli, given) => metricsShow(cli, given, given.text('hostid') ?? '', hostType),
  },
]
