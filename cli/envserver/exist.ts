import { OrreryError } from '@orrery/api/errors.ts'
import type { Cli } from '../command.ts'
import { type Host, type Vm, envserverJson } from './client.ts'
import { hostType } from './metric.ts'

/** This dialect says 200 about what was never there; a person wants to hear of the typo. */
export async function mustExist(cli: Cli, id: string, type: number): Promise<void> {
  const [path, noun] = type === hostType ? ['hosts', 'host'] : ['vms', 'VM']
  const found = await envserverJson<Host | Vm>(cli, 'GET', `/${path}/${encodeURIComponent(id)}`)
  if (found === null) throw new OrreryError('not_found', `there is no ${noun} '${id}'`)
}
