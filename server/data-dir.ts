import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the embedded database lives unless told otherwise (XDG base directories). */
export function dataDirDefault(env: NodeJS.ProcessEnv = process.env): string {
  const base = env['XDG_DATA_HOME']
  return join(
    base !== undefined && base.startsWith('/') ? base : join(homedir(), '.local', 'share'),
    'orrery',
  )
}

/** The embedded cluster has a folder of its own in it. */
export function embeddedDir(dataDir: string | null): string {
  return join(dataDir ?? dataDirDefault(), 'postgres')
}
