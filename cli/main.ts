/** `orrery`, `envcli` and `envserver`: one program, run by the launchers in bin/ under the name that was called. */
import { processIo } from './io.ts'
import { outputWatch } from './output.ts'
import { run } from './run.ts'

/** A shell, npm and a terminal may each pass on the same wish to stop: so close together it is one. */
const echoMs = 1_000

const stop = new AbortController()
let askedAt = 0
const attached = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // `nohup orrery up &` outlives its terminal. (Node.js undoes at its start what nohup did.)
    if (signal === 'SIGHUP' && !attached) return
    // The first asks, the second does not.
    if (stop.signal.aborted) {
      if (performance.now() - askedAt > echoMs) process.exit(signal === 'SIGINT' ? 130 : 143)
      return
    }
    askedAt = performance.now()
    stop.abort(signal)
  })
}
const output = outputWatch()

process.exitCode = await run(process.argv.slice(2), processIo(stop.signal, output.runWithoutReader))
