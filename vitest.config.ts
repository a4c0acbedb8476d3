/**
 * Two projects. `pure` needs nothing but Node.js and is part of `npm run check`; `whole` has a PostgreSQL, one cluster
 * per run, and is only started when a test of it runs. What takes longer is in vitest.long.config.ts.
 */
import { existsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const exclude = ['**/node_modules/**', '**/dist/**', '**/*.long.test.ts']
// Somebody else's PostgreSQL says nothing new about the one we start ourselves.
if (process.env['DATABASE_URL']) exclude.push('server/db/embedded/**')
const postgres = 'test/setup/postgres.ts'

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is polled for comes at its own time: on a busy machine not within the second that is the default.
    expect: { poll: { timeout: 15_000 } },
    setupFiles: 'test/setup/properties.ts',
    projects: [
      {
        extends: true,
        test: { name: 'pure', include: ['{api,core,console,scripts}/**/*.test.{ts,tsx}'], exclude },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['{server,cli,test}/**/*.test.ts'],
          exclude,
          globalSetup: existsSync(postgres) ? [postgres] : [],
        },
      },
    ],
  },
})
