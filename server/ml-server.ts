/**
 * Asks a placement service in the dialect of the original's installation: one POST with the machine and the numbers of
 * the hosts it may go to, one number back.
 */

/** `host`: its choice. `none`: no host for this VM, it says. `silent`: no usable answer. */
export type MlAnswer = { kind: 'host'; hostId: bigint } | { kind: 'none' } | { kind: 'silent'; why: string }

const answerBytesMax = 64 * 1024

/** `question` is the JSON text of the VM; a choice counts only when it is among `hostIds`. */
export async function mlPlace(
  url: string,
  { question, hostIds }: { question: string; hostIds: readonly bigint[] },
  signal: AbortSignal,
  answerMsMax: number,
): Promise<MlAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: question,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMsMax)]),
    })
    const text = await textWithin(response, answerBytesMax)
    if (response.status !== 200) return { kind: 'silent', why: `it answered ${response.status}` }
    return answerOf(hostIds, text)
  } catch (error) {
    return { kind: 'silent', why: reasonOf(error, answerMsMax) }
  }
}

/** A choice counts only when it is among the hosts that were offered: `HOST_ID: 0` of an empty answer is none. */
function answerOf(hostIds: readonly bigint[], text: string): MlAnswer {
  const answer: unknown = JSON.parse(text)
  const chosen =
    typeof answer === 'object' && answer !== null && 'HOST_ID' in answer ? answer.HOST_ID : undefined
  if (typeof chosen !== 'number' || !Number.isSafeInteger(chosen))
    return { kind: 'silent', why: 'it answered without a HOST_ID' }
  if (chosen === -1) return { kind: 'none' }
  const hostId = BigInt(chosen)
  if (!hostIds.includes(hostId))
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

function reasonOf(error: unknown, answerMsMax: number): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `it did not answer within ${answerMsMax} ms`
  return error.cause instanceof Error ? error.cause.message : error.message
}
