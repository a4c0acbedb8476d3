/**
 * Secrets in the database are sealed with a key that is not in it: AES-256-GCM, a random nonce each. A sealed text names its
 * key and opens only for the subject it was sealed for, so that a copy in another row is of no use.
 * https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { OrreryError } from '@orrery/api/errors.ts'

export type Sealer = {
  seal(text: string, subject: string): string
  /** Throws `unavailable` when the key is another one, or what was sealed is not this. */
  open(sealed: string, subject: string): string
}

export const secretKeyBytes = 32
const nonceBytes = 12
const tagBytes = 16
const prefix = 'sealed:1'

/** `keyOf` is asked when something is sealed or opened, and not before: most databases hold no secret. */
export function sealerOpen(keyOf: (use: 'seal' | 'open') => Buffer): Sealer {
  return {
    seal(text, subject) {
      const key = keyOf('seal')
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(subject))
      const body = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return [prefix, keyName(key), body.toString('base64url')].join(':')
    },
    open(sealed, subject) {
      const [name, text] = sealed.slice(prefix.length + 1).split(':')
      const key = keyOf('open')
      if (name !== keyName(key)) {
        throw new OrreryError(
          'unavailable',
          `A secret was sealed with the key ${name}, and this server has the key ${keyName(key)}. Give it the file of the first with --secret-key-file, or set the secret anew.`,
        )
      }
      const body = Buffer.from(text ?? '', 'base64url')
      try {
        const opening = createDecipheriv('aes-256-gcm', key, body.subarray(0, nonceBytes))
          .setAAD(Buffer.from(subject))
          .setAuthTag(body.subarray(-tagBytes))
        return opening.update(body.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + opening.final('utf8')
      } catch (error) {
        throw new OrreryError(
          'unavailable',
          'A sealed secret was changed in the database, or belongs to something else. Set it anew.',
          { cause: error },
        )
      }
    },
  }
}

export function isSealed(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(`${prefix}:`)
}

/** Says which key it is without saying anything about it. */
function keyName(key: Buffer): string {
  return createHash('sha256').update('orrery key name').update(key).digest('hex').slice(0, 8)
}
