/** The placement service of the original's installation, asked before our own planner when one is named. */
import { type MlAnswer, mlPlace } from '../../ml-server.ts'
import type { Log } from '../../verbs/context.ts'
import { type AskedVm, askedVmText } from './structs.ts'

export type MlServer = { url: string; place(vm: AskedVm, signal: AbortSignal): Promise<MlAnswer> }

const answerMsMax = 2000

/**
 * Named by ML_HOST and ML_PORT (50090). ML_INSECURE means the opposite of what it says, and existing installations rely on
 * it: `true` is https, anything else http.
 */
export function mlServerOf(env: Readonly<Record<string, string | undefined>>, log: Log): MlServer | null {
  const host = env['ML_HOST']
  if (host === undefined || host === '') return null
  const scheme = env['ML_INSECURE'] === 'true' ? 'https' : 'http'
  const text = `${scheme}://${host}:${env['ML_PORT'] ?? '50090'}/api/place`
  if (!URL.canParse(text)) {
    log.warn({ url: text }, 'ML_HOST and ML_PORT name no server; the planner answers alone')
    return null
  }
  return {
    url: text,
    place: (vm, signal) =>
      mlPlace(text, { question: askedVmText(vm), hostIds: vm.HOST_IDS }, signal, answerMsMax),
  }
}
