import type { IncomingMessage } from 'node:http'
import { OrreryError } from '@orrery/api/errors.ts'
import { textOfBytes } from './go-text.ts'

/** The originals read any length; ours stops where no honest body gets. */
const bodyBytesMax = 1024 * 1024

/**
 * A request's body; see go-text.ts for bytes that are not UTF-8. A small one has come by the end of the loop's turn: it
 * is taken whole then, which costs less than to listen for its pieces.
 */
export async function bodyText(request: IncomingMessage, bytesMax = bodyBytesMax): Promise<string> {
  await turnEnd()
  // It would say nothing more to who listens now.
  if (request.destroyed) throw endedEarly()
  if (request.complete && request.readableLength > 0 && request.readableLength <= bytesMax) {
    const body: unknown = request.read()
    if (Buffer.isBuffer(body)) return textOfBytes(body)
  }
  return bodyListened(request, bytesMax)
}

let turn: Promise<void> | null = null
/** When everything has been read that has come by now; one promise for all who wait. */
function turnEnd(): Promise<void> {
  turn ??= new Promise((resolve) =>
    setImmediate(() => {
      turn = null
      resolve()
    }),
  )
  return turn
}

function bodyListened(request: IncomingMessage, bytesMax: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let pieces: Buffer[] | null = []
    let bytes = 0
    request.on('data', (piece: Buffer) => {
      bytes += piece.length
      if (pieces === null) return
      if (bytes <= bytesMax) pieces.push(piece)
      else {
        // The rest is read and dropped, so that the client, which is still sending, gets to read the answer.
        pieces = null
        reject(tooLarge(bytesMax))
      }
    })
    request.on('end', () => {
      if (pieces === null) return
      const [first] = pieces
      const body = pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces)
      resolve(textOfBytes(body))
    })
    request.on('error', reject)
    request.on('close', () => {
      if (!request.complete) reject(endedEarly())
    })
  })
}

function endedEarly(): OrreryError {
  return new OrreryError('invalid', 'The body ended early.')
}

function tooLarge(bytesMax: number): OrreryError {
  return new OrreryError('invalid', `The body is larger than ${bytesMax} bytes.`, { status: 413 })
}
