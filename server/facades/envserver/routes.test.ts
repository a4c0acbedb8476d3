import { describe, expect, it } from 'vitest'
import { type Route, routeOf } from './routes.ts'

const to = (name: string, ...params: string[]) => ({ name, params })
const redirect = (path: string) => ({ redirect: path })

/** Seen from a gin server with the same twelve routes. */
describe('a path finds its route as in gin', () => {
  it.for<[string, string, unknown]>([
    ['GET', '/hosts', to('hostList')],
    ['GET', '/hosts/', redirect('/hosts')],
    ['GET', '/hosts//', redirect('/hosts/')],
    ['GET', '/hosts/x', to('hostShow', 'x')],
    ['GET', '/hosts/x/', redirect('/hosts/x')],
    ['GET', '/hosts/x/y', null],
    ['GET', '/hosts//x', null],
    ['GET', '//hosts', null],
    ['GET', '/', null],
    ['GET', '', null],
    ['GET', '/nope', null],
    ['GET', '/constructor', null],
    ['GET', '/metrics', to('metricList')],
    ['GET', '/metrics/', redirect('/metrics')],
    ['GET', '/metrics/x', null],
    ['GET', '/vms/a b', to('vmShow', 'a b')],
    ['GET', '/vms/x/y', null],
    ['POST', '/hosts', to('hostAdd')],
    ['POST', '/hosts/', redirect('/hosts')],
    ['POST', '/hosts/x', null],
    ['POST', '/vms', to('vmAdd')],
    ['POST', '/metrics', to('metricAdd')],
    ['POST', '/metrics/', redirect('/metrics')],
    ['PUT', '/vms/a/b', to('vmBind', 'a', 'b')],
    ['PUT', '/vms/a/b/', redirect('/vms/a/b')],
    ['PUT', '/vms//b', to('vmBind', '', 'b')],
    ['PUT', '/vms/X', null],
    ['PUT', '/vms/X/', redirect('/vms/X')],
    ['PUT', '/vms/', null],
    ['PUT', '/vms/a/b/c', null],
    ['PUT', '/hosts/x', null],
    ['DELETE', '/hosts', null],
    ['DELETE', '/hosts/', null],
    ['DELETE', '/hosts/x', to('hostRemove', 'x')],
    ['DELETE', '/hosts/x/', redirect('/hosts/x')],
    ['DELETE', '/vms/x', to('vmRemove', 'x')],
    ['DELETE', '/vms/x/', redirect('/vms/x')],
    ['DELETE', '/vms/', null],
    ['DELETE', '/vms//', redirect('/vms/')],
    ['DELETE', '/vms/a/b', to('vmUnbind', 'a', 'b')],
    ['DELETE', '/vms/a/b/', redirect('/vms/a/b')],
    ['DELETE', '/vms/a/b/c', null],
    ['HEAD', '/hosts', null],
    ['OPTIONS', '/hosts', null],
    ['PATCH', '/hosts', null],
  ])('%s %s', ([method, path, expected]) => {
    expect(routeOf(method, path)).toEqual(expected satisfies unknown as Route)
  })
})
