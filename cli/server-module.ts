/** What the server gives to the commands that load it. It is large: no other command does. */
import type { UpOptions } from './up-options.ts'

export type RunningServer = {
  url: string
  /** null when somebody has signed in before */
  signInLink: string | null
  /** of this machine's user, for the session file */
  localToken: string
  listeners: readonly { name: string; url: string; state: 'open' | 'left-out'; reason: string | null }[]
  close(): Promise<void>
  /** `lost`: why it stopped by itself; null when it was told to */
  closed: Promise<{ lost: string | null }>
}

/** For whoever waits: a line per step of what takes long, and the signal that ends it. */
export type Attended = { onProgress: (line: string) => void; signal: AbortSignal }

export type ServerStart = (options: UpOptions & Attended) => Promise<RunningServer>

/** Which database an administrator means; null twice: the embedded one in its usual place. */
export type DatabaseConfig = { databaseUrl: string | null; dataDir: string | null } & Attended

export type DatabaseAdmin = {
  databaseCreate(config: DatabaseConfig): Promise<void>
  databaseDrop(config: DatabaseConfig): Promise<void>
  databaseMigrate(config: DatabaseConfig): Promise<void>
  databaseBackup(config: DatabaseConfig, file: string): Promise<void>
  databaseRestore(config: DatabaseConfig, file: string): Promise<void>
}

export type EnvironmentsServe = (options: {
  path: string
  threads: number
  connectionsMost: number
  memoryBytesMost: number
  onFault: (error: unknown) => void
}) => Promise<{ path: string; broken: Promise<Error>; close(): Promise<void> }>
