import { OrreryError } from '@orrery/api/errors.ts'
import { type Command, type Flag, quietFlag, yesFlag } from '../command.ts'
import { confirmed } from '../confirm.ts'
import { type Vm, envserver, envserverJson } from '../envserver/client.ts'
import { mustExist } from '../envserver/exist.ts'
import { vmType, numberOf, report, reportFlags } from '../envserver/metric.ts'
import { metricsFlags, metricsShow } from '../envserver/metrics-read.ts'
import { say } from '../envserver/say.ts'
import { vmsTable } from '../envserver/tables.ts'
import { exitCodes, isOriginalName } from '../exit-code.ts'

const vmFlag: Flag = { name: 'vmid', value: 'ID', required: true, description: 'id of the VM' }
const jsonFlag: Flag = { name: 'json', description: 'print the answer of the server, its bytes untouched' }
const wideFlag: Flag = { name: 'wide', short: 'w', description: 'disk, network and energy columns too' }

const one = (id: string): string => `/vms/${encodeURIComponent(id)}`

export const vmsCommands: readonly Command[] = [
  {
    words: ['vms', 'add'],
    summary: 'add a VM',
    examples: ['orrery vms add --vmid vmid1 --totalcpu 1200 --totalmem 16785711104'],
    flags: [
      vmFlag,
      { name: 'totalcpu', value: 'N', required: true, description: 'capacity; 100 is one core' },
      { name: 'totalmem', value: 'N', required: true, description: 'capacity in bytes' },
      quietFlag,
    ],
    async run(cli, given) {
      const vmid = given.text('vmid') ?? ''
      const total_cpu = numberOf(cli, given, 'totalcpu')
      const total_memory = numberOf(cli, given, 'totalmem')
      await envserver(cli, 'POST', '/vms', { vmid, total_cpu, total_memory })
      say(cli, 'VM added', { VMId: vmid, TotalCPU: String(total_cpu), TotalMemory: String(total_memory) })
    },
  },
  {
    words: ['vms', 'ls'],
    aliases: ['list'],
    summary: 'list VMs',
    examples: ['orrery vms ls', 'orrery vms ls --wide', 'orrery vms ls --json | jq length'],
    flags: [wideFlag, jsonFlag, quietFlag],
    async run(cli, given) {
      const text = await envserver(cli, 'GET', '/vms')
      if (given.on('json') === true) return cli.print(text)
      const vms = (JSON.parse(text) as Vm[] | null) ?? []
      if (given.on('quiet') === true) vms.forEach((vm) => cli.print(vm.vmid))
      else if (vms.length === 0) say(cli, 'No VM found')
      else cli.io.out.write(vmsTable(vms, given.on('wide') === true))
    },
  },
  {
    words: ['vms', 'view'],
    summary: 'show one VM',
    examples: ['orrery vms view --vmid vmid1'],
    flags: [vmFlag, jsonFlag],
    async run(cli, given) {
      const id = given.text('vmid') ?? ''
      const text = await envserver(cli, 'GET', one(id))
      const vm = JSON.parse(text) as Vm | null
      if (vm === null) throw new OrreryError('not_found', `there is no VM '${id}'`)
      if (given.on('json') === true) cli.print(text)
      else cli.io.out.write(vmsTable([vm], true))
    },
  },
  {
    words: ['vms', 'remove'],
    aliases: ['rm', 'delete'],
    summary: 'remove a VM',
    examples: ['orrery vms remove --vmid vmid1'],
    flags: [vmFlag, yesFlag, quietFlag],
    async run(cli, given) {
      const id = given.text('vmid') ?? ''
      await mustExist(cli, id, vmType)
      if (!(await confirmed(cli, given, `Remove the VM ${id}?`))) return exitCodes.usage.code
      await envserver(cli, 'DELETE', one(id))
      say(cli, 'VM removed', { VMId: id })
    },
  },
  {
    words: ['vms', 'bind'],
    summary: 'bind a VM to a host',
    examples: ['orrery vms bind --vmid vmid1 --hostid hostid3'],
    flags: [
      vmFlag,
      { name: 'hostid', value: 'ID', required: true, description: 'id of the host' },
      quietFlag,
    ],
    async run(cli, given) {
      const [vmid, hostid] = [given.text('vmid') ?? '', given.text('hostid') ?? '']
      // The original client does not look first, and its scripts count on a bind that cannot fail for the VM's sake.
      if (!isOriginalName(cli.io.program)) await mustExist(cli, vmid, vmType)
      await envserver(cli, 'PUT', `${one(vmid)}/${encodeURIComponent(hostid)}`)
      say(cli, 'VM bound', { VMId: vmid, HostId: hostid })
    },
  },
  {
    words: ['vms', 'unbind'],
    summary: 'take a VM off its host',
    examples: ['orrery vms unbind --vmid vmid1'],
    flags: [vmFlag, quietFlag],
    async run(cli, given) {
      const vmid = given.text('vmid') ?? ''
      const vm = await envserverJson<Vm>(cli, 'GET', one(vmid))
      if (vm === null) throw new OrreryError('not_found', `there is no VM '${vmid}'`)
      if (vm.hostid === '') {
        say(cli, 'VM was not bound', { VMId: vmid })
        return
      }
      await envserver(cli, 'DELETE', `${one(vmid)}/${encodeURIComponent(vm.hostid)}`)
      say(cli, 'VM unbound', { VMId: vmid, HostId: vm.hostid })
    },
  },
  {
    words: ['vms', 'report'],
    summary: 'report what a VM uses now',
    examples: ['orrery vms report --vmid vmid1 --cpu 701 --mem 12345678'],
    flags: [vmFlag, ...reportFlags, quietFlag],
    async run(cli, given) {
      const id = given.text('vmid') ?? ''
      await report(cli, given, id, vmType)
      say(cli, 'VM metrics reported', { VMId: id })
    },
  },
  {
    words: ['vms', 'metrics'],
    summary: 'what a VM has reported',
    examples: ['orrery vms metrics --vmid vmid1 --since 1h'],
    flags: [vmFlag, ...metricsFlags],
    run: (cli, given) => metricsShow(cli, given, given.text('vmid') ?? '', vmType),
  },
]
