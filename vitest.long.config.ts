/** What takes longer than a person waits: kill rounds, races, fail-overs on default timers, packages, images. */
import { existsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const postgres = 'test/setup/postgres.ts'

export default defineConfig({
  test: {
    include: ['{api,core,server,cli,console,test,scripts}/**/*.long.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: existsSync(postgres) ? [postgres] : [],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 20 * 60_000,
    hookTimeout: 10 * 60_000,
    expect: { poll: { timeout: 60_000 } },
    setupFiles: 'test/setup/properties.ts',
  },
})
