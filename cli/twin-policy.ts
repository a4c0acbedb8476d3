/** Policies as the twin's commands name them, read where they are in a file. */
import { basename } from 'node:path'
import type { PlannerPolicy } from '@orrery/core/policy/model.ts'
import { onnxRead } from '@orrery/core/policy/network/onnx.ts'
import { networkPolicy } from '@orrery/core/policy/network/policy.ts'
import { policyResolve } from '@orrery/core/policy/policies.ts'
import { fileBytes } from './body.ts'
import { onnxPrefix } from './twin-flags.ts'

/** A learned policy is called by its file. */
export async function policyLoad(name: string): Promise<PlannerPolicy> {
  if (!name.startsWith(onnxPrefix)) return policyResolve({ algorithm: name })
  const path = name.slice(onnxPrefix.length)
  return networkPolicy(basename(path, '.onnx'), onnxRead(await fileBytes(path)))
}
