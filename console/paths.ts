/**
 * Every address of the console is made here. The view (filter, sort, columns, selection, time) lives in the search
 * part, so that two people with the same link see the same thing.
 */
export type Search = Record<string, string | readonly string[] | null | undefined>

export const paths = {
  home: () => '/',
  signIn: () => '/sign-in',
  sites: () => '/sites',
  site: (ref: string) => `/sites/${encodeURIComponent(ref)}`,
  nodes: () => '/nodes',
  node: (ref: string) => `/nodes/${encodeURIComponent(ref)}`,
  workloads: () => '/workloads',
  workload: (ref: string) => `/workloads/${encodeURIComponent(ref)}`,
  lab: () => '/lab',
  runs: () => '/runs',
  run: (ref: string) => `/runs/${encodeURIComponent(ref)}`,
  plans: () => '/plans',
  plan: (id: string) => `/plans/${encodeURIComponent(id)}`,
  policies: () => '/policies',
  agents: () => '/agents',
  agent: (ref: string) => `/agents/${encodeURIComponent(ref)}`,
  events: () => '/events',
  operations: () => '/operations',
  operation: (id: string) => `/operations/${encodeURIComponent(id)}`,
  imports: () => '/imports',
  providers: () => '/providers',
  provider: (ref: string) => `/providers/${encodeURIComponent(ref)}`,
  people: () => '/people',
  status: () => '/status',
} as const

/** The address with a search part; entries that are null, undefined or empty are left out. */
export function withSearch(path: string, search: Search): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(search)) {
    for (const each of Array.isArray(value)
      ? (value as readonly string[])
      : [value as string | null | undefined]) {
      if (each !== null && each !== undefined && each !== '') query.append(key, each)
    }
  }
  const text = query.toString()
  return text === '' ? path : `${path}?${text}`
}

/** What names a thing in an address: its name, or its id where a browser would take the name for a step up the path. */
export function refOf(thing: { id: string; name?: string | null }): string {
  return thing.name == null || thing.name === '' || /^\.+$/.test(thing.name) ? thing.id : thing.name
}

/** The page of an event's or operation's subject, or null for a noun without one. */
export function subjectPath(kind: string | null, ref: string | null): string | null {
  if (kind === null || ref === null) return null
  switch (kind) {
    case 'site':
      return paths.site(ref)
    case 'node':
      return paths.node(ref)
    case 'workload':
      return paths.workload(ref)
    case 'run':
      return paths.run(ref)
    case 'plan':
      return paths.plan(ref)
    case 'operation':
      return paths.operation(ref)
    case 'provider':
      return paths.provider(ref)
    case 'policy':
      return paths.policies()
    case 'agent':
      return paths.agent(ref)
    case 'principal':
    case 'token':
      return paths.people()
    case 'dataset':
      return paths.imports()
    default:
      return null
  }
}
