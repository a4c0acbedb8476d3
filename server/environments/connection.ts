/**
 * A session on a socket. One frame is answered at a time, and the next is taken when the answer has been handed to the
 * system: whoever sends without reading waits, and costs no more than one answer and one frame.
 */
import type { Socket } from 'node:net'
import { type Inbox, frameTake, headerBytes } from './frame.ts'
import { type Answer, type Session, refusal } from './session.ts'

/** Until the hello. */
const helloMs = 10_000

export function connectionServe(socket: Socket, session: Session, onFault: (error: unknown) => void): void {
  const inbox: Inbox = { chunks: [], bytes: 0 }
  let busy = false
  let over = false
  const patience = setTimeout(() => say(refusal('unavailable', 'no hello came', true)), helloMs)
  socket.setNoDelay(true)
  socket.on('data', (chunk: Buffer) => {
    inbox.chunks.push(chunk)
    inbox.bytes += chunk.length
    if (busy && inbox.bytes > session.bodyBytesMost() + headerBytes) socket.pause()
    next()
  })
  socket.on('close', () => {
    over = true
    clearTimeout(patience)
    session.close()
  })
  // A connection that breaks is closed right after; there is nobody left to tell.
  socket.on('error', () => undefined)

  function next(): void {
    if (busy || over) return
    const most = session.bodyBytesMost()
    const frame = frameTake(inbox, most)
    if (frame === null) return
    clearTimeout(patience)
    if (typeof frame === 'number') {
      say(refusal('invalid', `a frame of ${frame} bytes; here they have ${most} at most`, true))
      return
    }
    try {
      say(session.take(frame))
    } catch (error) {
      onFault(error)
      say(refusal('internal', 'a fault of the server', true))
    }
  }

  function say({ bytes, final }: Answer): void {
    if (over) return
    busy = true
    if (final) {
      over = true
      // What is still coming in is of no interest, and must not keep the answer from arriving.
      socket.removeAllListeners('data')
      socket.resume()
      socket.end(bytes)
      setTimeout(() => socket.destroy(), helloMs).unref()
      return
    }
    socket.write(bytes, () => {
      busy = false
      if (socket.isPaused()) socket.resume()
      next()
    })
  }
}
