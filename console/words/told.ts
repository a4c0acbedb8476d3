/** A sentence of the server with the things that it names by their ids. */

export type ToldPart = { text: string; kind: string | null; id: string | null }

const named = /\b(plan|run|operation|workload|node) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/gi

/** The parts in their order. An id is cut to its end, as everywhere: nobody reads 36 letters. */
export function toldParts(text: string): ToldPart[] {
  const parts: ToldPart[] = []
  let from = 0
  for (const match of text.matchAll(named)) {
    const [whole, noun = '', id = ''] = match
    if (match.index > from) parts.push({ text: text.slice(from, match.index), kind: null, id: null })
    parts.push({ text: `${noun} …${id.slice(-8)}`, kind: noun.toLowerCase(), id })
    from = match.index + whole.length
  }
  if (from < text.length) parts.push({ text: text.slice(from), kind: null, id: null })
  return parts
}
