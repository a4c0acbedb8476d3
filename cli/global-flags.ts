import type { Flag } from './command.ts'

/** Understood before and after the words of any command. */
export const globalFlags: readonly Flag[] = [
  {
    name: 'url',
    value: 'URL',
    description: 'the server to talk to (also ORRERY_URL; else where you are signed in)',
  },
  { name: 'verbose', short: 'v', description: 'say on stderr what is asked of the server' },
  { name: 'insecure', description: 'plain HTTP to the envserver named by ENVSERVER_HOST and ENVSERVER_PORT' },
  { name: 'skip-tls-verify', description: 'accept any TLS certificate' },
  { name: 'color', negative: true, description: 'no colours (also NO_COLOR)' },
]
