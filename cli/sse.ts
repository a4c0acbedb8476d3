/** Server-sent events, as https://html.spec.whatwg.org/multipage/server-sent-events.html reads them. */
export type StreamEvent = { id: string; type: string; data: string }

/**
 * Yields whole events; `onLine` hears of every line, comments too, which is how silence is noticed. `onId` hears of every
 * id, also of one that comes alone: it says where to take up before there was an event.
 */
export async function* streamEvents(
  chunks: AsyncIterable<Uint8Array>,
  onLine: () => void = () => {},
  onId: (id: string) => void = () => {},
): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  let id = ''
  let type = ''
  let data: string[] = []
  for await (const chunk of chunks) {
    onLine()
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line === '') {
        if (data.length === 0 && id !== '') onId(id)
        if (data.length > 0) yield { id, type: type === '' ? 'message' : type, data: data.join('\n') }
        type = ''
        data = []
        continue
      }
      const colon = line.indexOf(':')
      const field = colon === -1 ? line : line.slice(0, colon)
      const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
      if (field === 'data') data.push(value)
      else if (field === 'event') type = value
      else if (field === 'id') id = value
    }
  }
}
