import { bytesParse, coresParse } from '@orrery/core/quantity.ts'
import { UsageError } from './exit-code.ts'
import { type FlagKind, type Schema, type SchemaFlag, kindOf, withoutNull } from './flag.ts'
import { instantParse } from './instant.ts'
import { likely } from './suggest.ts'

/** The value of a flag as the API wants it. Throws a UsageError that names the flag and shows a right value. */
export function flagValue(flag: SchemaFlag, texts: readonly string[], nowMs: number): unknown {
  if (flag.kind === 'record') return recordValue(flag, texts, nowMs)
  if (flag.list) return texts.map((text) => oneValue(flag, text, nowMs))
  const text = texts.at(-1) ?? ''
  if (flag.nullable && (text === 'null' || text === 'none')) return null
  return oneValue(flag, text, nowMs)
}

function oneValue(flag: SchemaFlag, text: string, nowMs: number): unknown {
  if (flag.choices.length > 0 && !flag.choices.includes(text)) {
    const hint = likely(text, flag.choices)
    throw new UsageError(
      `--${flag.name} must be one of ${flag.choices.join(', ')}; got '${text}'${hint === null ? '' : `. Did you mean '${hint}'?`}`,
    )
  }
  if (flag.kind === 'object') return objectValue(flag, text, nowMs)
  return scalar(flag.kind, text, `--${flag.name}`, nowMs)
}

function scalar(kind: FlagKind, text: string, what: string, nowMs: number): unknown {
  switch (kind) {
    case 'boolean':
      if (text === 'true') return true
      if (text === 'false') return false
      throw new UsageError(`${what} must be true or false; got '${text}'`)
    case 'integer':
      if (/^[+-]?[0-9]+$/.test(text)) return Number(text)
      throw new UsageError(`${what} must be a whole number, as 12; got '${text}'`)
    case 'number':
      if (text.trim() !== '' && Number.isFinite(Number(text))) return Number(text)
      throw new UsageError(`${what} must be a number, as 1.5; got '${text}'`)
    case 'bytes':
      return given(bytesParse(text), `${what} must be bytes, as 17179869184 or 16GiB; got '${text}'`)
    case 'cores':
      return given(coresParse(text), `${what} must be cores, as 12, 0.5 or 500m; got '${text}'`)
    case 'instant':
      return given(
        instantParse(text, nowMs),
        `${what} must be an instant, as 2026-01-31T12:00:00Z, 2026-01-31 or 15m (ago); got '${text}'`,
      )
    case 'json':
    case 'record':
    case 'object':
      return looseJson(text)
    case 'text':
      return text
  }
}

function given<T>(value: T | null, message: string): T {
  if (value === null) throw new UsageError(message)
  return value
}

/** JSON where it is JSON, the text itself where it is not: `--config speed=10`, `--config mode=slow`. */
function looseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function recordValue(flag: SchemaFlag, texts: readonly string[], nowMs: number): Record<string, unknown> {
  const record: [string, unknown][] = texts.map((text) => {
    const at = text.indexOf('=')
    if (at < 1) throw new UsageError(`--${flag.name} must be KEY=VALUE; got '${text}'`)
    const key = text.slice(0, at)
    return [key, scalar(flag.valueKind, text.slice(at + 1), `--${flag.name} ${key}`, nowMs)]
  })
  return Object.fromEntries(record)
}

/** One entry of a list of objects: `model=A10,milli=1000`, or a JSON object. */
function objectValue(flag: SchemaFlag, text: string, nowMs: number): unknown {
  if (text.trim().startsWith('{')) {
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw new UsageError(`--${flag.name} is not valid JSON: ${(cause as Error).message}`)
    }
  }
  const properties: Record<string, Schema> = flag.schema.properties ?? {}
  const example = Object.keys(properties).map((key) => `${key}=…`)
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const at = pair.indexOf('=')
      const key = pair.slice(0, at)
      const schema = properties[key]
      if (at < 1 || schema === undefined)
        throw new UsageError(`--${flag.name} must be ${example.join(',')} or a JSON object; got '${text}'`)
      const kind = kindOf(withoutNull(schema).schema, key)
      return [key, scalar(kind, pair.slice(at + 1), `--${flag.name} ${key}`, nowMs)]
    }),
  )
}
