import { UsageError } from './exit-code.ts'
import { facadeNames, facadePorts } from './up-flags.ts'
import type { UpOptions } from './up-options.ts'

type Listening = { name: string; address: string; port: number }

/** Refuses two listeners on one port before anything is opened. Port 0 is any free one, so never the same. */
export function portsApart(options: UpOptions): void {
  const seen: Listening[] = []
  for (const one of listenersOf(options)) {
    const other = seen.find((each) => each.port === one.port && overlap(each.address, one.address))
    if (other !== undefined && one.port !== 0)
      throw new UsageError(
        `${other.name} and ${one.name} would both listen on port ${one.port} of ${one.address}; give one of them another port`,
      )
    seen.push(one)
  }
}

function listenersOf({ facades, facadeAddresses, listen, port }: UpOptions): Listening[] {
  const open = facadeNames.filter((name) =>
    facades === 'all' ? facadePorts[name] !== undefined : facades.includes(name),
  )
  return [
    { name: 'the API', address: listen, port },
    ...open.map((name) => ({
      name: `the facade ${name}`,
      address: facadeAddresses[name]?.address ?? listen,
      port: facadeAddresses[name]?.port ?? facadePorts[name] ?? 0,
    })),
  ]
}

/** `0.0.0.0` takes the port of every IPv4 address, and `::` that of every address. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((each) => (each === 'localhost' ? '127.0.0.1' : each)) as [string, string]
  if (a === b || a === '::' || b === '::') return true
  return (a === '0.0.0.0' && !b.includes(':')) || (b === '0.0.0.0' && !a.includes(':'))
}
