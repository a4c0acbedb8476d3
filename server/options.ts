/** What the server is started with; `orrery up` makes it from its flags and variables. */
export type FacadeMode = { mode: 'open' | 'basic' | 'token' } | { mode: 'network'; cidrs: string[] }
export type ServerOptions = {
  demo: boolean
  /** false: the demonstration's workloads neither come nor go; true when left out */
  demoArrivals?: boolean
  facades: 'all' | readonly string[]
  /** where the embedded database lives; null: $XDG_DATA_HOME/orrery */
  dataDir: string | null
  /** of the key that secrets are sealed with; `secret.key` in the data directory when left out or null */
  secretKeyFile?: string | null
  /** null: the embedded PostgreSQL */
  databaseUrl: string | null
  port: number
  listen: string
  publicUrl: string | null
  trustProxy: readonly string[]
  tls: { certFile: string; keyFile: string } | null
  facadeAddresses: Partial<Record<string, { address: string; port: number }>>
  facadeModes: Partial<Record<string, FacadeMode>>
  logDir: string | null
  logLevel: { level: string; components: Record<string, string> }
  speed: number | null
  seed: number | null
  /** how long samples and the ended record are kept; null: for ever; 30 when left out */
  retentionDays?: number | null
  onProgress: (line: string) => void
  signal: AbortSignal
  /** tests: the schema of the database; 'public' elsewhere */
  schema?: string
}

export type RunningServer = {
  url: string
  /** works once; each start makes a new one */
  signInLink: string
  /** of this machine's user, for the session file */
  localToken: string
  listeners: { name: string; url: string; state: 'open' | 'left-out'; reason: string | null }[]
  close(): Promise<void>
  /** `lost`: why it stopped by itself; null when it was told to */
  closed: Promise<{ lost: string | null }>
}
