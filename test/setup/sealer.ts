import { randomBytes } from 'node:crypto'
import { type Sealer, sealerOpen, secretKeyBytes } from '@orrery/server/db/seal.ts'

/** Seals with a key of its own, in no file. */
export function testSealer(): Sealer {
  const key = randomBytes(secretKeyBytes)
  return sealerOpen(() => key)
}
