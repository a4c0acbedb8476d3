import { OrreryError } from '@orrery/api/errors.ts'
import type { OperationShape } from './operation-shape.ts'

/** Where the server names a place in the body (`/capacity/cpuCores`), the message names the flag that filled it. */
export async function pointerFlag<T>(shape: OperationShape, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof OrreryError) || error.pointer === undefined) throw error
    const keys = error.pointer.split('/').slice(1)
    const flag = [...shape.body, ...shape.query].find((each) =>
      each.path.every((key, index) => keys[index] === key),
    )
    if (flag === undefined) throw error
    throw new OrreryError(error.code, `--${flag.name}: ${error.message}`, {
      cause: error,
      status: error.status,
    })
  }
}
