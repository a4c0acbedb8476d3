/** Environments for agents that learn, on a Unix socket: the protocol is in docs/agents.md. */
import type { Readable } from 'node:stream'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Command } from '../command.ts'
import { UsageError } from '../exit-code.ts'
import type { EnvironmentsServe } from '../server-module.ts'

const connectionsMost = 256
const memoryGibMost = 1

export const twinEnvironmentsCommand: Command = {
  words: ['twin', 'environments'],
  summary: 'serve environments for agents that learn, on a socket',
  description:
    'Placement, rebalance and scale as environments in the sense of Gymnasium, for the Python package orrery-gym and whoever speaks its frames. Nothing live is touched and no server is asked. The socket is for this user alone. With several threads each has a socket of its own beside the first, PATH.1 and so on.',
  examples: [
    'orrery twin environments --socket /run/user/1000/orrery.sock',
    'orrery twin environments --socket agents.sock --threads 2',
  ],
  flags: [
    { name: 'socket', value: 'PATH', required: true, description: 'where to listen' },
    { name: 'threads', value: 'N', description: 'how many threads step environments (default 1)' },
    {
      name: 'connections',
      value: 'N',
      description: `how many agents at once in a thread (default ${connectionsMost})`,
    },
    {
      name: 'memory',
      value: 'GIB',
      description: `of all environments in a thread (default ${memoryGibMost})`,
    },
    {
      name: 'until-eof',
      description: 'stop when standard input ends, as with the program that started this',
    },
  ],
  async run(cli, given) {
    const { environmentsServe }: { environmentsServe: EnvironmentsServe } =
      await import('@orrery/server/environments/serve.ts')
    const threads = whole('threads', given.text('threads') ?? '1', 64)
    const server = await environmentsServe({
      path: given.text('socket') ?? '',
      threads,
      connectionsMost: whole('connections', given.text('connections') ?? String(connectionsMost), 10_000),
      memoryBytesMost: whole('memory', given.text('memory') ?? String(memoryGibMost), 1024) * 1024 ** 3,
      onFault: (error) => cli.io.err.write(`${String(error)}\n`),
    })
    cli.note(`Environments at ${server.path}${threads > 1 ? `, ${threads} threads` : ''}. Stop with Ctrl-C.`)
    try {
      const broken = await Promise.race([
        server.broken,
        aborted(cli.io.signal),
        ...(given.on('until-eof') === true ? [ended(process.stdin)] : []),
      ])
      if (broken !== null) throw new OrreryError('internal', `a thread broke down: ${broken.message}`)
    } finally {
      await server.close()
    }
  },
}

function whole(flag: string, text: string, most: number): number {
  const value = Number(text)
  if (/^[0-9]+$/.test(text) && value >= 1 && value <= most) return value
  throw new UsageError(`--${flag} must be a whole number, 1 to ${most}; got '${text}'`)
}

function aborted(signal: AbortSignal): Promise<null> {
  if (signal.aborted) return Promise.resolve(null)
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(null), { once: true })
  })
}

function ended(stream: Readable): Promise<null> {
  return new Promise((resolve) => {
    stream.resume()
    stream.once('end', () => resolve(null))
    stream.once('error', () => resolve(null))
  })
}
