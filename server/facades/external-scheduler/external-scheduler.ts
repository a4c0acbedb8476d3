/**
 * What an OpenNebula 6 scheduler asks when `EXTERNAL_SCHEDULER` names us: which host for each of these VMs? It asks again
 * every half minute, so a VM that finds no place is simply left out of the answer.
 * Protocol: https://docs.opennebula.io/6.10/management_and_operations/capacity_planning/external.html
 */
import type { ServerResponse } from 'node:http'
import { OrreryError } from '@orrery/api/errors.ts'
import type { Ctx } from '../../verbs/context.ts'
import { principalSystem } from '../../verbs/principal/ensure.ts'
import type { Facade, FacadeOptions, FacadeRunning } from '../facade.ts'
import { bodyText } from '../go-body.ts'
import { goDecode } from '../go-decode.ts'
import { GoJsonError, goJsonString } from '../go-json.ts'
import { json, reply } from '../go-reply.ts'
import { type GoCall, type GoMatch, goServerOpen } from '../go-server.ts'
import { type MlServer, mlServerOf } from './ml-server.ts'
import { placeAll } from './place.ts'
import { questionStruct } from './structs.ts'

export const externalScheduler: Facade = { name: 'external-scheduler', portDefault: 4567, open }

/** A thousand VMs with a thousand hosts each. */
const bodyBytesMax = 16 * 1024 * 1024
const answerMsMax = 60_000
/** Unlike an error, an answer has no charset: the original sends it as bytes. */
const answerType = 'application/json'

async function open(options: FacadeOptions): Promise<FacadeRunning> {
  const { services, log } = options
  const facade = await principalSystem(services, 'facade:external-scheduler', 'operator')
  const ml = mlServerOf(options.env, log)
  const handler = (call: GoCall) => answer({ ...services, log, actor: call.actor }, call, ml)
  const match: GoMatch = { handler, params: [] }
  return goServerOpen({
    ...options,
    facade,
    router: (method, path) => (method === 'POST' && path === '/' ? match : null),
    refuse: (call, error) => refuse(call, error, options),
    turnAway: say,
  })
}

async function answer(ctx: Ctx, { request, response }: GoCall, ml: MlServer | null): Promise<void> {
  const question = goDecode(await bodyText(request, bodyBytesMax), questionStruct)
  if (question === null) {
    // The original stumbles over this body and its router says so without a word.
    reply(response, 500)
    return
  }
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const placed = await placeAll(
    ctx,
    question.VMS,
    ml,
    AbortSignal.any([gone.signal, AbortSignal.timeout(answerMsMax)]),
  )
  const vms = placed.map(({ vmId, hostId }) => `{"ID":${vmId},"HOST_ID":${hostId}}`)
  reply(response, 200, `{"VMS":[${vms.join(',')}]}`, answerType)
}

function refuse({ response }: GoCall, error: unknown, { log }: Pick<FacadeOptions, 'log'>): void {
  if (response.destroyed) return
  if (error instanceof GoJsonError) say(response, 400, error.message)
  else if (error instanceof OrreryError) say(response, error.status, error.message)
  else if (error instanceof DOMException && error.name === 'TimeoutError') {
    say(response, 503, `No answer within ${answerMsMax / 1000} s; ask for fewer VMs at a time.`)
  } else {
    log.error({ err: error }, 'a question of an OpenNebula scheduler failed')
    say(response, 500, 'The server failed on this call; its log says why.')
  }
}

function say(response: ServerResponse, status: number, text: string): void {
  reply(response, status, `{"error":${goJsonString(text)}}`, json)
}
