/** What becomes of the process when its output is not taken: a pipe that was closed, a disk that is full. */
import { exitCodeOf, exitCodes } from './exit-code.ts'

export function outputWatch(): { runWithoutReader: () => void } {
  let endsWithoutReader = true
  let isSaid = false
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `orrery node list | head` is no fault: the reader has seen enough.
    if (error.code === 'EPIPE') {
      if (endsWithoutReader) process.exit(exitCodes.ok.code)
      return
    }
    const program = process.env['ORRERY_PROGRAM'] ?? 'orrery'
    if (!isSaid) process.stderr.write(`${program}: the output could not be written: ${error.message}\n`)
    isSaid = true
    if (endsWithoutReader) process.exit(exitCodeOf(error, program))
  })
  // There is no place left to say it. The exit code still says how the work ended.
  process.stderr.on('error', () => undefined)
  return {
    runWithoutReader: () => {
      endsWithoutReader = false
    },
  }
}
