/** Answers as the old servers give them: text with its charset, or nothing at all. */
import type { ServerResponse } from 'node:http'

export const plainText = 'text/plain; charset=utf-8'
export const json = 'application/json; charset=utf-8'

/** Without a content type there is no such header, as after Go's bare `Status`. */
export function reply(response: ServerResponse, status: number, body = '', contentType?: string): void {
  if (response.headersSent || response.destroyed) return
  const headers: Record<string, string | number> = { 'Content-Length': Buffer.byteLength(body) }
  if (contentType !== undefined) headers['Content-Type'] = contentType
  response.writeHead(status, headers)
  response.end(body)
}

export function replyText(response: ServerResponse, status: number, text: string): void {
  reply(response, status, text, plainText)
}

/** A caller that reads nothing for this long is cut off. */
const drainMsMax = 60_000

/** Writes a piece; resolves when the next may follow, false when the caller has gone or does not read. */
export async function replyWrite(response: ServerResponse, piece: string): Promise<boolean> {
  if (response.destroyed) return false
  if (response.write(piece)) {
    await new Promise((resolve) => setImmediate(resolve))
    return !response.destroyed
  }
  return new Promise((resolve) => {
    const finish = (goOn: boolean) => {
      clearTimeout(timer)
      response.off('drain', onDrain)
      response.off('close', onClose)
      resolve(goOn)
    }
    const onDrain = () => finish(true)
    const onClose = () => finish(false)
    const timer = setTimeout(() => {
      response.destroy()
      finish(false)
    }, drainMsMax)
    response.once('drain', onDrain)
    response.once('close', onClose)
  })
}
