/**
 * One PostgreSQL for a whole test run: the one DATABASE_URL names, else an embedded one in a temporary folder. Every test
 * file makes a schema of its own in it (test/setup/schema.ts).
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedOpen } from '@orrery/server/db/embedded/open.ts'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string
  }
}

let close: (() => Promise<void>) | null = null
let url: string | null = null
let users = 0

export async function setup(project: TestProject): Promise<void> {
  users += 1
  url ??= process.env['DATABASE_URL'] ?? (await embeddedStart())
  project.provide('databaseUrl', url)
}

async function embeddedStart(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-test-'))
  const embedded = await embeddedOpen({ dataDir, log: () => undefined })
  close = async () => {
    await embedded.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return embedded.connectionString
}

export async function teardown(): Promise<void> {
  users -= 1
  if (users > 0) return
  await close?.()
}
