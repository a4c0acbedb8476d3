/** The one place that turns any failure into what a person reads. */
import { type ErrorCode, OrreryError } from '@orrery/api/errors.ts'

export type ErrorWords = { title: string; message: string; hint: string; retry: boolean }

const hints: Record<ErrorCode, string> = {
  invalid: 'Nothing was changed. Correct it and try again.',
  unauthorized:
    'Sign in again: run `orrery login --link` where the server runs, and open the link it prints.',
  forbidden: 'Nothing was changed. An admin can give you a role that may do this.',
  not_found: 'It may have been deleted, or the link may be old. The list shows what there is now.',
  conflict: 'Nothing was changed. Look at its present state and decide again.',
  no_capacity:
    'Nothing was changed. Choose a node with more room, make the demand smaller, or free some room.',
  limit: 'Wait a moment and try again, or ask for less at once.',
  unavailable: 'Nothing is lost. Try again in a moment; the status page shows what is away.',
  internal: 'Nothing more was done. The server’s log has the details.',
}

const titles: Record<ErrorCode, string> = {
  invalid: 'That is not valid',
  unauthorized: 'You are not signed in',
  forbidden: 'You may not do this',
  not_found: 'There is no such thing',
  conflict: 'Its present state does not allow this',
  no_capacity: 'There is no room',
  limit: 'A limit was reached',
  unavailable: 'Something this needs is away',
  internal: 'The server had a fault',
}

/** `doing` says what was being done, to what: "drain node edge-1-03". */
export function errorWords(error: unknown, doing?: string): ErrorWords {
  const say = (title: string, message: string, hint: string, retry: boolean): ErrorWords => ({
    title: doing === undefined ? title : `Could not ${doing}`,
    message,
    hint,
    retry,
  })
  if (error instanceof OrreryError) {
    const retry = error.code === 'limit' || error.code === 'unavailable' || error.code === 'no_capacity'
    return say(titles[error.code], placed(error.message, error.pointer), hints[error.code], retry)
  }
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return say(
      'The server took too long',
      'No answer came in time.',
      'It may still have been done: look before you repeat it.',
      true,
    )
  }
  if (error instanceof DOMException && error.name === 'AbortError') {
    return say('Stopped', 'The request was cancelled.', 'Try again if you still need it.', true)
  }
  if (isUnreachable(error)) {
    return say(
      'The server cannot be reached',
      'The connection failed.',
      'Check that `orrery up` is running; this page tries again by itself.',
      true,
    )
  }
  const message =
    error instanceof Error && error.message !== ''
      ? error.message
      : 'Something unexpected happened in this page.'
  return say(
    'Something went wrong',
    message,
    'Reload the page. If it happens again, report it with this text.',
    false,
  )
}

/** With the field that it is about, as `demand.cpuCores`, unless the sentence names it already. */
function placed(message: string, pointer: string | undefined): string {
  const steps = (pointer ?? '').split('/').filter((step) => step !== '')
  const field = steps.findLast((step) => !/^\d+$/.test(step)) ?? ''
  const words = field.replace(/([A-Z])/g, ' $1').toLowerCase()
  const said = message.toLowerCase()
  if (field === '' || said.includes(field.toLowerCase()) || said.includes(words)) return message
  return `${message.replace(/\.$/, '')} (${steps.join('.')})${message.endsWith('.') ? '.' : ''}`
}

/** What browsers say, each in its own words, when a request or a part of the page did not come through. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) return true
  return /preload CSS|dynamically imported module|importing a module script/i.test(error.message)
}
