import { expect, it } from 'vitest'
import { paths, refOf, subjectPath, withSearch } from './paths.ts'

it('keeps every address of the console', () => {
  expect(Object.fromEntries(Object.entries(paths).map(([name, make]) => [name, make('a b/c')])))
    .toMatchInlineSnapshot(`
      {
        "agent": "/agents/a%20b%2Fc",
        "agents": "/agents",
        "events": "/events",
        "home": "/",
        "imports": "/imports",
        "lab": "/lab",
        "node": "/nodes/a%20b%2Fc",
        "nodes": "/nodes",
        "operation": "/operations/a%20b%2Fc",
        "operations": "/operations",
        "people": "/people",
        "plan": "/plans/a%20b%2Fc",
        "plans": "/plans",
        "policies": "/policies",
        "provider": "/providers/a%20b%2Fc",
        "providers": "/providers",
        "run": "/runs/a%20b%2Fc",
        "runs": "/runs",
        "signIn": "/sign-in",
        "site": "/sites/a%20b%2Fc",
        "sites": "/sites",
        "status": "/status",
        "workload": "/workloads/a%20b%2Fc",
        "workloads": "/workloads",
      }
    `)
})

it('leaves empty parts of the search out and repeats lists', () => {
  expect(
    withSearch('/nodes', { filter: 'state:ready cpu>80%', sort: '', at: null, mark: ['a', 'b,c'] }),
  ).toBe('/nodes?filter=state%3Aready+cpu%3E80%25&mark=a&mark=b%2Cc')
  expect(withSearch('/nodes', { at: undefined })).toBe('/nodes')
})

it('names a thing by its id where its name would change the path', () => {
  expect(refOf({ id: '1', name: 'web' })).toBe('web')
  expect(refOf({ id: '1', name: '..' })).toBe('1')
  expect(refOf({ id: '1', name: null })).toBe('1')
})

it('finds the page of a subject, and none for what has no page', () => {
  expect(subjectPath('workload', 'w')).toBe('/workloads/w')
  expect(subjectPath('token', 't')).toBe('/people')
  expect(subjectPath('moon', 'm')).toBeNull()
  expect(subjectPath('node', null)).toBeNull()
})
