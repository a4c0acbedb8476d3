import type { Flag } from './command.ts'

/** The flags of `orrery up`; each has a variable, which it goes over. */
export type UpFlag = Flag & { env: string }

export const facadeNames = [
  'envserver',
  'external-scheduler',
  'wasmiot',
  'provisioning-engine',
  'cognit-frontend',
  'edgecluster-frontend',
  'oaas',
  'lablink',
] as const
/** Where each facade that can be opened listens unless told otherwise. */
export const facadePorts: Partial<Record<(typeof facadeNames)[number], number>> = {
  envserver: 50_080,
  'external-scheduler': 4567,
}
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

export const upFlags: readonly UpFlag[] = [
  {
    name: 'demo',
    negatable: true,
    env: 'ORRERY_DEMO',
    description: 'begin with an emulated continuum; without, the inventory is empty',
  },
  {
    name: 'facades',
    value: 'LIST',
    env: 'ORRERY_FACADES',
    description: `all, none, or some of ${facadeNames.join(', ')}; default none`,
  },
  {
    name: 'data-dir',
    value: 'DIR',
    env: 'ORRERY_DATA_DIR',
    description: 'of the embedded database; default ~/.local/share/orrery (XDG)',
  },
  {
    name: 'secret-key-file',
    value: 'FILE',
    env: 'ORRERY_SECRET_KEY_FILE',
    description:
      'the key that secrets are sealed with, the same for all servers on one database; made when it is first needed; default secret.key in the data directory',
  },
  { name: 'port', value: 'N', env: 'ORRERY_PORT', description: 'of the API and the console; default 8080' },
  {
    name: 'listen',
    value: 'ADDR',
    env: 'ORRERY_LISTEN',
    description: 'address of every listener; default 127.0.0.1, which only this machine reaches',
  },
  {
    name: 'public-url',
    value: 'URL',
    env: 'ORRERY_PUBLIC_URL',
    description: 'how others reach this server, when something stands in front of it',
  },
  {
    name: 'trust-proxy',
    value: 'CIDR',
    repeatable: true,
    env: 'ORRERY_TRUST_PROXY',
    description: 'believe the forwarding headers of this proxy',
  },
  {
    name: 'tls-cert',
    value: 'FILE',
    env: 'ORRERY_TLS_CERT',
    description: 'serve HTTPS with this certificate (PEM)',
  },
  { name: 'tls-key', value: 'FILE', env: 'ORRERY_TLS_KEY', description: 'and this key (PEM)' },
  {
    name: 'facade-address',
    value: 'NAME=ADDR:PORT',
    repeatable: true,
    env: 'ORRERY_FACADE_ADDRESS',
    description: 'where a facade listens, as wasmiot=0.0.0.0:3000',
  },
  {
    name: 'facade-mode',
    value: 'NAME=MODE',
    repeatable: true,
    env: 'ORRERY_FACADE_MODE',
    description:
      'who may use a facade: open, basic, token or network:CIDR,…; must be chosen outside loopback',
  },
  {
    name: 'log-file',
    value: 'DIR',
    env: 'ORRERY_LOG_FILE',
    description: 'write rotated log files there instead of to stdout',
  },
  {
    name: 'log-level',
    value: 'LEVEL',
    env: 'ORRERY_LOG_LEVEL',
    description: `one of ${logLevels.join(', ')}; per component too, as info,loops=debug`,
  },
  {
    name: 'speed',
    value: 'N',
    env: 'ORRERY_SPEED',
    description: 'of the emulated continuum: its seconds per second',
  },
  {
    name: 'seed',
    value: 'N',
    env: 'ORRERY_SEED',
    description: 'of the emulated continuum: the same seed, the same course',
  },
  {
    name: 'retention',
    value: 'DAYS',
    env: 'ORRERY_RETENTION',
    description: 'keep samples and the ended record so many days; off keeps them for ever; default 30',
  },
]
