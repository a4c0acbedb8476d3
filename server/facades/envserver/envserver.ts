/**
 * The environment's REST server (twelve routes on :50080) on the native verbs: hosts are nodes, VMs are workloads,
 * metrics are samples. Everything in the inventory that has an envserver alias appears here, and what is added here is in
 * the inventory, at the site `envserver`.
 */
import type { Ctx } from '../../verbs/context.ts'
import { principalSystem } from '../../verbs/principal/ensure.ts'
import { sampleReporterOpen } from '../../verbs/sample/report.ts'
import type { Facade, FacadeOptions, FacadeRunning } from '../facade.ts'
import { type GoCall, type GoHandler, goServerOpen } from '../go-server.ts'
import { type ZoneText, zoneTextOpen } from '../go-zone.ts'
import type { Desk } from './desk.ts'
import { hostAdd, hostList, hostRemove, hostShow } from './hosts.ts'
import { metricAdd, metricList, metricsFailureStatus } from './metrics.ts'
import { siteEnsure } from './place.ts'
import { refuse } from './refuse.ts'
import { rosterOpen } from './roster.ts'
import { matchOf, routeOf } from './routes.ts'
import { vmAdd, vmBind, vmList, vmRemove, vmShow, vmUnbind } from './vms.ts'

export const envserver: Facade = { name: 'envserver', portDefault: 50_080, open }

async function open(options: FacadeOptions): Promise<FacadeRunning> {
  const { services, log } = options
  const facade = await principalSystem(services, 'facade:envserver', 'operator')
  await siteEnsure({ ...services, actor: facade })
  const roster = rosterOpen(services)
  const desk: Desk = { roster, reporter: sampleReporterOpen(services), instantText: zoneOf(options) }
  const own: Ctx = { ...services, log, actor: facade }
  const on = (work: (desk: Desk, ctx: Ctx, call: GoCall) => Promise<void>): GoHandler => {
    return (call) => work(desk, call.actor === facade ? own : { ...own, actor: call.actor }, call)
  }
  const routes = {
    hostAdd: on(hostAdd),
    hostShow: on(hostShow),
    hostList: on(hostList),
    hostRemove: on(hostRemove),
    vmAdd: on(vmAdd),
    vmShow: on(vmShow),
    vmList: on(vmList),
    vmRemove: on(vmRemove),
    vmBind: on(vmBind),
    vmUnbind: on(vmUnbind),
    metricAdd: on(metricAdd),
    metricList: on(metricList),
  }
  try {
    const server = await goServerOpen({
      ...options,
      facade,
      router: (method, path) => matchOf(routeOf(method, path), routes),
      refuse: (call, error) => refuse(call, error, failureStatus(call), log),
    })
    return {
      url: server.url,
      async close() {
        await server.close()
        roster.close()
      },
    }
  } catch (error) {
    roster.close()
    throw error
  }
}

function failureStatus({ request }: GoCall): number {
  return request.url?.startsWith('/metrics') === true ? metricsFailureStatus : 500
}

/** `TZ` decides the offset of the instants that clients get, as it did for the original; here it may be left out. */
function zoneOf({ env, log }: FacadeOptions): ZoneText {
  const name = env['TZ']
  if (name === undefined || name === '') return zoneTextOpen('UTC')
  try {
    return zoneTextOpen(name.replace(/^:/, ''))
  } catch (error) {
    log.warn({ err: error, TZ: name }, 'TZ names no time zone; instants are shown in UTC')
    return zoneTextOpen('UTC')
  }
}
