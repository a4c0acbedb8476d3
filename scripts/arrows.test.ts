import { describe, expect, it } from 'vitest'
import { arrowViolations } from './arrows.ts'
import { readModule } from './modules.ts'

/** Violations of a house that consists of these files alone. */
function violations(files: Record<string, string>) {
  return arrowViolations(Object.entries(files).map(([path, source]) => readModule(path, source)))
}

describe('an import that the house allows', () => {
  it.each([
    ['core/plan.ts', `import { Node } from '@orrery/api/node.ts'`],
    ['server/verbs/node/create.ts', `import { insert } from '../../db/node.ts'`],
    ['server/loops/execute.ts', `import type { Provider } from '../providers/provider.ts'`],
    ['server/providers/emulator/world.ts', `import { save } from '../../db/world.ts'`],
    ['server/providers/registry.ts', `import { emulator } from './emulator/provider.ts'`],
    ['server/facades/envserver/hosts.ts', `import { nodeList } from '../../verbs/node/list.ts'`],
    ['server/main.ts', `import { listen } from './http/listen.ts'`],
    ['server/db/open.ts', `import { logger } from '../log.ts'`],
    ['cli/up.ts', `export const up = () => import('@orrery/server/main.ts')`],
    ['console/app.tsx', `import { simulate } from '@orrery/core/simulate.ts'`],
    ['core/plan.test.ts', `import { readFileSync } from 'node:fs'\nconst at = Date.now()`],
    ['test/e2e/sign-in.test.ts', `import { start } from '@orrery/server/main.ts'`],
  ])('%s: %s', (path, source) => {
    expect(violations({ [path]: source })).toEqual([])
  })
})

describe('an import that the house refuses', () => {
  it.each([
    ['api/node.ts', `import { plan } from '@orrery/core/plan.ts'`, 'api may not import core/plan.ts'],
    ['api/node.ts', `import { plan } from '../core/plan.ts'`, 'api may not import core/plan.ts'],
    ['core/plan.ts', `import { hash } from 'node:crypto'`, 'core may not import node:crypto'],
    [
      'core/plan.ts',
      `export { open } from '@orrery/server/db/open.ts'`,
      'core may not import server/db/open.ts',
    ],
    [
      'core/plan.ts',
      `type Open = import('@orrery/server/db/open.ts').Open`,
      'core may not import server/db/open.ts',
    ],
    ['console/page.ts', `import { join } from 'node:path'`, 'console may not import node:path'],
    [
      'server/db/node.ts',
      `import { create } from '../verbs/node/create.ts'`,
      'may not import server/verbs/node/create.ts',
    ],
    [
      'server/verbs/node/create.ts',
      `import { x } from '../../http/app.ts'`,
      'may not import server/http/app.ts',
    ],
    ['server/facades/oaas/run.ts', `import { x } from '../../db/run.ts'`, 'may not import server/db/run.ts'],
    [
      'server/facades/oaas/run.ts',
      `import { x } from '../lablink/run.ts'`,
      'may not import server/facades/lablink/run.ts',
    ],
    [
      'server/providers/docker/a.ts',
      `import { x } from '../emulator/a.ts'`,
      'may not import server/providers/emulator/a.ts',
    ],
    ['server/providers/docker/a.ts', `import { x } from '../../db/a.ts'`, 'may not import server/db/a.ts'],
    ['cli/up.ts', `import { start } from '@orrery/server/main.ts'`, 'except with import()'],
    ['attic/box.ts', `export const box = 1`, 'belongs to no part'],
  ])('%s: %s', (path, source, complaint) => {
    const found = violations({ [path]: source })
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(`${path}:1: `)
    expect(found[0]).toContain(complaint)
  })
})

describe('a file directly under server/', () => {
  it('may be imported by a part when it imports none, however indirectly', () => {
    const files = {
      'server/db/open.ts': `import { log } from '../log.ts'\nimport { start } from '../start.ts'`,
      'server/log.ts': `import { level } from './level.ts'`,
      'server/level.ts': '',
      'server/start.ts': `import { services } from './services.ts'`,
      'server/services.ts': `import { listen } from './http/listen.ts'`,
      'server/http/listen.ts': '',
    }
    expect(violations(files)).toEqual(['server/db/open.ts:2: server/db may not import server/start.ts'])
  })
})

describe('core', () => {
  it.each([
    'Date.now()',
    'new Date()',
    'Date()',
    'Math.random()',
    'performance.now()',
    'process.env.X',
    `fetch('/x')`,
    'globalThis.process',
    'crypto.randomUUID()',
  ])('may not use %s', (expression) => {
    expect(violations({ 'core/a.ts': `export const a = 1\nexport const b = ${expression}` })).toEqual([
      expect.stringMatching(/^core\/a\.ts:2: core may not use /),
    ])
  })

  it('may use a date it is given and names of its own that look like globals', () => {
    const source = `
      export const at = (ms: number) => new Date(ms).toISOString() + Date.parse('2020') + Math.max(1, 2)
      export const run = (process: { pid: number }) => process.pid
      export function fetch() { return fetch() }`
    expect(violations({ 'core/a.ts': source })).toEqual([])
  })
})

describe('folders', () => {
  it('may not import each other in a ring, however long', () => {
    const found = violations({
      'console/a/a.ts': `import '../b/b.ts'`,
      'console/b/b.ts': `import '../c/c.ts'`,
      'console/c/c.ts': `import '../a/other.ts'`,
      'console/a/other.ts': `export const other = 1`,
    })
    expect(found).toEqual([
      'console/a/a.ts:1: folders import each other: console/a -> console/b -> console/c -> console/a',
    ])
  })

  it('may import a folder inside themselves that imports them', () => {
    expect(
      violations({
        'cli/a.ts': `import './table/b.ts'`,
        'cli/table/b.ts': `import '../c.ts'`,
        'cli/c.ts': '',
      }),
    ).toEqual([])
  })
})
