/** The way into an embedded database that another process owns, as for a backup while the server runs. */
import { readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { connectionStringFor } from './ownership.ts'
import { postmasterFind } from './postmaster.ts'

/**
 * A postgres:// URL of the server that runs on this data directory, or undefined when none takes connections there.
 * It changes nothing and takes no ownership: the database ends with its owner.
 */
export function embeddedFind(dataDir: string): string | undefined {
  let clusterDir: string
  let password: string
  try {
    clusterDir = realpathSync(join(dataDir, 'cluster'))
    password = readFileSync(join(dataDir, 'password'), 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const postmaster = postmasterFind(clusterDir)
  return postmaster?.ready === true ? connectionStringFor({ ...postmaster, password }) : undefined
}
