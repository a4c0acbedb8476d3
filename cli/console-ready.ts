import type { Cli } from './command.ts'

/**
 * In a checkout, builds the console when its sources changed since the last time. The package carries it built. A
 * console that does not build is told and does not keep the server from starting: the one from before stays.
 */
export async function consoleReady(cli: Cli): Promise<void> {
  if (!import.meta.filename.endsWith('.ts')) return
  // `npm run dev` has a server of its own for it.
  if (cli.io.env['ORRERY_CONSOLE_BUILD'] === 'no') return
  const { consoleBuild } = await import('../scripts/build-console.ts')
  try {
    await consoleBuild(() => cli.note('Building the console: its sources changed.'), cli.io.signal)
  } catch (error) {
    cli.io.signal.throwIfAborted()
    const [first, ...rest] = (error instanceof Error ? error.message : String(error)).split('\n')
    cli.io.err.write(`The console could not be built and stays as it was: ${first}\n`)
    for (const line of rest) cli.debug(line)
  }
}
