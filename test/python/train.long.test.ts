/** The training example: how good it gets, and that what it learned is a policy of the planner. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inventoryCreate } from '@orrery/core/inventory.ts'
import { decide } from '@orrery/core/planner/decide.ts'
import { node, site, workload } from '@orrery/core/planner/made-up.ts'
import { onnxRead } from '@orrery/core/policy/network/onnx.ts'
import { networkPolicy } from '@orrery/core/policy/network/policy.ts'
import { describe, expect, it } from 'vitest'
import { lacking } from '../requirement.ts'
import { packageDir, pythonEnv, pythonReady, run } from './venv.ts'

const python = await pythonReady()
const reason = lacking('python', python.lack)

describe.skipIf(reason !== undefined)(
  `training an agent in Python${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    it('beats random by five points and best fit by one, and gives a policy that the planner uses', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'orrery-train-'))
      try {
        const [table, model] = [join(folder, 'table.json'), join(folder, 'placement.onnx')]
        const words = ['examples/train_placement.py', '--json', table, '--onnx', model]
        const env = pythonEnv()
        const { stdout } = await run(python.path ?? '', words, { cwd: packageDir, env, timeout: 600_000 })
        expect(stdout).toContain('held-out seeds of heterogeneous-20')
        const { means } = JSON.parse(readFileSync(table, 'utf8')) as { means: Record<string, number> }
        for (const name of ['learned', 'never waits']) {
          expect((means[name] ?? 0) - (means['random'] ?? 100)).toBeGreaterThan(5)
          expect((means[name] ?? 0) - (means['best-fit'] ?? 100)).toBeGreaterThan(1)
        }
        const policy = networkPolicy('learned', onnxRead(new Uint8Array(readFileSync(model))))
        const inventory = inventoryCreate([site('cloud')], [node('one'), node('two', { gpus: ['A'] })], [])
        expect(decide(inventory, workload('w', { gpus: 1 }), policy).chosen?.nodeName).toBe('two')
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })
  },
)
