import type { Provider } from '@orrery/api/provider.ts'
import { fileRead } from '../body.ts'
import { type Cli, type Command, type Given, quietFlag } from '../command.ts'
import { eventsFollow } from '../event-stream.ts'
import { say } from '../envserver/say.ts'
import { UsageError } from '../exit-code.ts'
import { call } from '../request.ts'
import { eventLine } from './watch.ts'

/** Real seconds between two samples of everything, whatever the speed. */
const sampleEverySeconds = 5

export const connectorCommands: readonly Command[] = [
  {
    words: ['connectors', 'emulator', 'start'],
    summary: 'start the emulated continuum in the server, and follow it',
    description:
      'The emulator is a provider inside the server: nothing else has to run, and CTRLPLANE_HOST, CTRLPLANE_PORT, PROMETHEUS_HOST and PROMETHEUS_PORT are not needed. Without --config it is the world of `orrery up --demo`; one that is there already goes on as it is. Ctrl-C ends the following; the emulator stays until `orrery provider update emulator --no-enabled`.',
    examples: [
      'orrery connectors emulator start',
      'orrery connectors emulator start --speed 600 --seed 7 --detach',
      'orrery connectors emulator start --config world.json',
    ],
    flags: [
      {
        name: 'config',
        value: 'FILE',
        description: 'sites, hosts and faults as JSON; `orrery provider-kind list --json` has the schema',
      },
      { name: 'speed', value: 'N', description: 'emulated seconds per second; default 60' },
      { name: 'seed', value: 'N', description: 'the same seed, the same course; default 42' },
      { name: 'detach', description: 'start it and do not follow' },
      quietFlag,
    ],
    async run(cli, given) {
      const provider = await emulatorEnable(cli, given)
      say(cli, 'Emulator started', { Provider: provider.name, Health: provider.health })
      if (given.on('detach') === true) return
      await eventsFollow(cli, { onEvent: (event) => cli.print(eventLine(cli, event)) })
    },
  },
]

/** The emulator there is, switched on; a new one when there is none. */
async function emulatorEnable(cli: Cli, given: Given): Promise<Provider> {
  const found = await call(cli, 'providerList', { query: { filter: 'kind:emulator', limit: 1 } })
  const provider = found.items[0]
  if (provider === undefined) {
    const body = { name: 'emulator', kind: 'emulator', config: await configOf(given), enabled: true }
    return await call(cli, 'providerCreate', { body })
  }
  if (provider.enabled) return provider
  return await call(cli, 'providerUpdate', { ref: provider.id, body: { enabled: true } })
}

async function configOf(given: Given): Promise<unknown> {
  const [speed, seed, file] = [positive(given, 'speed'), positive(given, 'seed'), given.text('config')]
  const seeded = seed === null ? {} : { seed }
  if (file === undefined) {
    const { emulatorDemo } = await import('@orrery/core/emulator/demo.ts')
    return { ...emulatorDemo(), ...paceOf(speed ?? 60), ...seeded }
  }
  try {
    // The server checks it against the schema of the kind.
    return {
      ...(JSON.parse(await fileRead(file)) as object),
      ...(speed === null ? {} : paceOf(speed)),
      ...seeded,
    }
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new UsageError(`${file} is not valid JSON: ${cause.message}`)
    throw cause
  }
}

function paceOf(speed: number): { speed: number; sampleSeconds: number } {
  return { speed, sampleSeconds: Math.min(86_400, Math.max(1, sampleEverySeconds * speed)) }
}

function positive(given: Given, name: string): number | null {
  const text = given.text(name)
  if (text === undefined) return null
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new UsageError(`--${name} must be a number; got '${text}'`)
  return value
}
