/** The twelve routes, and where gin sends a path with a slash too many. */
import type { GoMatch } from '../go-server.ts'

export type Routes<Handler> = {
  hostAdd: Handler
  hostShow: Handler
  hostList: Handler
  hostRemove: Handler
  vmAdd: Handler
  vmShow: Handler
  vmList: Handler
  vmRemove: Handler
  vmBind: Handler
  vmUnbind: Handler
  metricAdd: Handler
  metricList: Handler
}

type Name = keyof Routes<unknown>
type Table = { exact: Record<string, Name>; one: Record<string, Name>; two: Record<string, Name> }

/** By method: paths as they are, with one parameter behind them, with two. */
const tables: Record<string, Table> = {
  GET: {
    exact: { '/hosts': 'hostList', '/vms': 'vmList', '/metrics': 'metricList' },
    one: { '/hosts/': 'hostShow', '/vms/': 'vmShow' },
    two: {},
  },
  POST: { exact: { '/hosts': 'hostAdd', '/vms': 'vmAdd', '/metrics': 'metricAdd' }, one: {}, two: {} },
  PUT: { exact: {}, one: {}, two: { '/vms/': 'vmBind' } },
  DELETE: { exact: {}, one: { '/hosts/': 'hostRemove', '/vms/': 'vmRemove' }, two: { '/vms/': 'vmUnbind' } },
}

export type Route = { name: Name; params: string[] } | { redirect: string } | null

/** `path` is decoded: a `%2F` in an id is a slash here, as it is to gin. */
export function routeOf(method: string, path: string): Route {
  const table = tables[method]
  if (table === undefined) return null
  const exact = Object.hasOwn(table.exact, path) ? table.exact[path] : undefined
  if (exact !== undefined) return { name: exact, params: [] }
  const slashless = path.slice(0, -1)
  if (path.endsWith('/') && Object.hasOwn(table.exact, slashless)) return { redirect: slashless }
  const end = path.indexOf('/', 1) + 1
  const prefix = path.slice(0, end)
  const one = Object.hasOwn(table.one, prefix) ? table.one[prefix] : undefined
  const two = Object.hasOwn(table.two, prefix) ? table.two[prefix] : undefined
  if (one === undefined && two === undefined) return null
  const [first = '', second, ...more] = path.slice(end).split('/')
  if (second === undefined) return one === undefined || first === '' ? null : { name: one, params: [first] }
  // A first parameter may be empty when something follows it.
  if (second === '' && more.length === 0) return { redirect: slashless }
  if (two === undefined) return null
  if (more.length === 0) return { name: two, params: [first, second] }
  return more.length === 1 && more[0] === '' ? { redirect: slashless } : null
}

export function matchOf(
  route: Route,
  routes: Routes<Extract<GoMatch, { params: unknown }>['handler']>,
): GoMatch {
  if (route === null || 'redirect' in route) return route
  return { handler: routes[route.name], params: route.params }
}
