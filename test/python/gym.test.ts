/** The package `orrery-gym` with the real Gymnasium, against `orrery twin environments`, which it starts itself. */
import { describe, expect, it } from 'vitest'
import { lacking } from '../requirement.ts'
import { packageDir, pythonEnv, pythonReady, run } from './venv.ts'

const python = await pythonReady()
const reason = lacking('python', python.lack)

describe.skipIf(reason !== undefined)(
  `the Python package${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    it('passes its own tests', async () => {
      const words = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider']
      const told = await run(python.path ?? '', words, {
        cwd: packageDir,
        env: pythonEnv(),
        timeout: 280_000,
      }).catch(
        // What pytest says goes to its standard output, which the error alone would not show.
        (error: unknown) => ({ stdout: String((error as { stdout?: string }).stdout ?? error) }),
      )
      expect(told.stdout).toMatch(/^\d+ passed/m)
      expect(told.stdout).not.toMatch(/failed|error/)
    }, 300_000)
  },
)
