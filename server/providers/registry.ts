import { emulator } from './emulator/emulator.ts'
import { manual } from './manual.ts'
import type { ProviderKindSpec } from './provider.ts'

/** Every kind of provider there is. */
export const providerKinds: readonly ProviderKindSpec[] = [manual, emulator]
