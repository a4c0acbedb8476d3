/** The placement service of the original's installation, asked before our own planner when one is named. */
import type { Log } from '../../verbs/context.ts'
import { type AskedVm, askedVmText } from './structs.ts'

/** `host`: its choice. `none`: no host for this VM, it says. `silent`: no usable answer. */
export type MlAnswer = { kind: 'host'; hostId: bigint } | { kind: 'none' } | { kind: 'silent'; why: string }
export type MlServer = { url: string; place(vm: AskedVm, signal: AbortSignal): Promise<MlAnswer> }

const answerMsMax = 2000
const answerBytesMax = 64 * 1024

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
  return { url: text, place: (vm, signal) => place(text, vm, signal) }
}

async function place(url: string, vm: AskedVm, signal: AbortSignal): Promise<MlAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: askedVmText(vm),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMsMax)]),
    })
    const text = await textWithin(response, answerBytesMax)
    if (response.status !== 200) return { kind: 'silent', why: `it answered ${response.status}` }
    return answerOf(vm, text)
  } catch (error) {
    return { kind: 'silent', why: reasonOf(error) }
  }
}

/** A choice counts only when it is among the hosts that were offered: `HOST_ID: 0` of an empty answer is none. */
function answerOf(vm: AskedVm, text: string): MlAnswer {
  const answer: unknown = JSON.parse(text)
  const chosen =
    typeof answer === 'object' && answer !== null && 'HOST_ID' in answer ? answer.HOST_ID : undefined
  if (typeof chosen !== 'number' || !Number.isSafeInteger(chosen))
    return { kind: 'silent', why: 'it answered without a HOST_ID' }
  if (chosen === -1) return { kind: 'none' }
  const hostId = BigInt(chosen)
  if (!vm.HOST_IDS.includes(hostId))
    return { kind: 'silent', why: `it chose host ${chosen}, which was not offered` }
  return { kind: 'host', hostId }
}

async function textWithin(response: Response, bytesMax: number): Promise<string> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  if (response.body === null) return ''
  for await (const piece of response.body) {
    bytes += piece.length
    if (bytes > bytesMax) throw new Error(`its answer is longer than ${bytesMax} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `it did not answer within ${answerMsMax} ms`
  return error.cause instanceof Error ? error.cause.message : error.message
}
