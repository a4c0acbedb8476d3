/** The original environment server's REST dialect over a map, as far as its command line can see it. */
import type { Answer, Asked } from './listener.ts'

type Host = Record<string, string | number>
type Vm = Record<string, string | number | boolean>
type Measured = Record<string, string | number>

export function originalServer(): (asked: Asked) => Answer {
  const hosts = new Map<string, Host>()
  const vms = new Map<string, Vm>()
  const metrics: { id: string; type: string; metric: Measured }[] = []
  const text = (body: string, status = 200): Answer => ({ status, type: 'text/plain; charset=utf-8', body })
  const jsonOf = (value: unknown): Answer => ({
    type: 'application/json; charset=utf-8',
    body: JSON.stringify(value),
  })
  const list = (rows: unknown[]): Answer => jsonOf(rows.length === 0 ? null : rows)
  const zeros = { usage_cpu: 0, usage_memory: 0, disk_read: 0, disk_write: 0, netrx: 0, nettx: 0 }

  const hostShown = (host: Host): Host => ({
    ...host,
    vms: [...vms.values()].filter((vm) => vm['hostid'] === host['hostid']).length,
  })

  return ({ method, path, query, body }) => {
    const [, noun, id = '', hostid] = path.split('/').map(decodeURIComponent)
    switch (`${method} ${noun}${id === '' ? '' : '/id'}${hostid === undefined ? '' : '/hostid'}`) {
      case 'POST hosts': {
        const given = JSON.parse(body) as Host
        const name = String(given['hostid'])
        if (hosts.has(name))
          return text('pq: duplicate key value violates unique constraint "prod_hosts_pkey"', 500)
        hosts.set(name, { stateid: hosts.size + 1, ...zeros, vms: 0, energy_usage: 0, ...given })
        return text('')
      }
      case 'GET hosts':
        return list([...hosts.values()].map(hostShown))
      case 'GET hosts/id': {
        const host = hosts.get(id)
        return jsonOf(host === undefined ? null : hostShown(host))
      }
      case 'DELETE hosts/id':
        hosts.delete(id)
        return text('')
      case 'POST vms': {
        const given = JSON.parse(body) as Vm
        vms.set(String(given['vmid']), {
          stateid: vms.size + 1,
          deployed: false,
          hostid: '',
          hoststateid: 0,
          ...zeros,
          ...given,
        })
        return text('')
      }
      case 'GET vms':
        return list([...vms.values()])
      case 'GET vms/id':
        return jsonOf(vms.get(id) ?? null)
      case 'DELETE vms/id':
        vms.delete(id)
        return text('')
      case 'PUT vms/id/hostid': {
        const host = hosts.get(hostid ?? '')
        if (host === undefined) return text('Host not found', 500)
        const vm = vms.get(id)
        if (vm !== undefined) Object.assign(vm, { deployed: true, hostid, hoststateid: host['stateid'] })
        return text('')
      }
      case 'DELETE vms/id/hostid':
        Object.assign(vms.get(id) ?? {}, { deployed: false, hostid: '', hoststateid: 0 })
        return text('')
      case 'POST metrics': {
        const metric = JSON.parse(body) as Measured
        const [name, type] = [query.get('id') ?? '', query.get('metrictype') ?? '']
        const subject = type === '0' ? hosts.get(name) : vms.get(name)
        if (subject === undefined)
          return text(`${type === '0' ? 'Host' : 'VM'} with id <${name}> does not exist`, 400)
        metrics.push({ id: name, type, metric })
        const { timestamp: _, cpu, memory, ...rest } = metric
        Object.assign(subject, { usage_cpu: cpu, usage_memory: memory, ...rest })
        return text('')
      }
      case 'GET metrics': {
        const since = BigInt(query.get('since') ?? '0')
        const own = metrics.filter(
          (each) => each.id === query.get('hostid') && each.type === query.get('metrictype'),
        )
        const later = own.filter(
          ({ metric }) => BigInt(Date.parse(String(metric['timestamp']))) * 1_000_000n > since,
        )
        return {
          type: 'text/plain; charset=utf-8',
          body: JSON.stringify(
            later.length === 0 ? null : later.slice(0, Number(query.get('count'))).map((each) => each.metric),
          ),
        }
      }
      default:
        return text('404 page not found', 404)
    }
  }
}
