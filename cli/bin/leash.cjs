/**
 * Ends a program whose starter is gone, by sending it SIGTERM: what shuts down properly on SIGTERM then also does when
 * whatever started it was killed with -9. Loaded before the program. `ORRERY_LEASH` says what to watch:
 *
 * - `<pid>:<fd>`: the launcher with this pid holds the other end of a pipe and never writes to it. The pipe's end is
 *   the launcher's.
 * - `<pid>:`: npm, or the shell it put between, is the parent with this pid. A process that loses its parent gets
 *   another one.
 *
 * Does nothing in worker threads and in processes further down.
 */
const { isMainThread } = require('node:worker_threads')

const POLL_MS = 500

const [starter, fd] = (process.env.ORRERY_LEASH ?? '').split(':')

if (isMainThread && Number(starter) === process.ppid) {
  delete process.env.ORRERY_LEASH
  const end = once(() => process.kill(process.pid, 'SIGTERM'))
  if (fd) whenPipeEnds(Number(fd), end)
  else whenOrphaned(end)
}

/**
 * @param {number} fd
 * @param {() => void} then
 */
function whenPipeEnds(fd, then) {
  const { Socket } = require('node:net')
  const pipe = new Socket({ fd, readable: true, writable: false })
  pipe.on('error', then)
  pipe.on('close', then)
  pipe.resume()
  pipe.unref()
}

/** @param {() => void} then */
function whenOrphaned(then) {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    then()
  }, POLL_MS)
  timer.unref()
}

/** @param {() => void} then */
function once(then) {
  let done = false
  return () => {
    if (done) return
    done = true
    then()
  }
}

module.exports = { whenOrphaned }
