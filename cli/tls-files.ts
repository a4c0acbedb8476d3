/** The certificate and the key of `orrery up`, tried before anything is opened. */
import { readFileSync } from 'node:fs'
import { type SecureContextOptions, createSecureContext } from 'node:tls'
import { UsageError } from './exit-code.ts'

export function tlsFiles(
  certFile: string | null,
  keyFile: string | null,
): { certFile: string; keyFile: string } | null {
  const cert = certFile === null ? null : fileRead('--tls-cert', certFile)
  const key = keyFile === null ? null : fileRead('--tls-key', keyFile)
  if (certFile === null && keyFile === null) return null
  if (certFile === null || keyFile === null || cert === null || key === null)
    throw new UsageError('--tls-cert and --tls-key are needed together')
  // Apart first, so that the message can name the one that is wrong.
  tried({ cert }, `--tls-cert: ${certFile} is no certificate in PEM`)
  tried({ key }, `--tls-key: ${keyFile} is no key in PEM that can be read without a password`)
  tried({ cert, key }, `the key of --tls-key is not that of the certificate of --tls-cert`)
  return { certFile, keyFile }
}

function tried(options: SecureContextOptions, message: string): void {
  try {
    createSecureContext(options)
  } catch (error) {
    throw new UsageError(`${message} (${error instanceof Error ? error.message : String(error)})`)
  }
}

function fileRead(what: string, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new UsageError(`${what}: there is no file ${file}`)
    throw new UsageError(`${what}: ${file} cannot be read: ${(error as Error).message}`)
  }
}
