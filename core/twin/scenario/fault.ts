/** What is wrong with a value by its schema, in words: what stands there, and what would be right. */
import type { TSchema } from 'typebox'
import { Errors } from 'typebox/value'
import { schemaAt } from '../../schema-fault.ts'
import type { Path } from './yaml.ts'

type Fault = { path: Path; message: string }

/** The first fault, or null. A schema's `description` says what it wants. */
export function faultFind(schema: TSchema, value: unknown): Fault | null {
  const errors = Errors(schema, value)
  const unknown = errors.find(({ keyword }) => keyword === 'boolean')
  // What a union says of its parts is no help; what it wants is in its description.
  const union = errors.find(({ keyword }) => keyword === 'anyOf')
  const error = unknown ?? union ?? errors[0]
  if (error === undefined) return null
  const path = pathOf(error.instancePath)
  const part = schemaAt(schema, error.schemaPath)
  const given = shown(valueAt(value, path))
  const wanted = typeof part['description'] === 'string' ? `; write ${part['description']}` : ''
  const inside = path.length === 0 ? 'this' : String(path.at(-1))
  switch (error.keyword) {
    case 'boolean':
      return { path, message: unknownKey(schema, error.schemaPath, inside) }
    case 'required': {
      const { requiredProperties = [] } = error.params as { requiredProperties?: string[] }
      return { path, message: `${requiredProperties.join(' and ')} must be given here` }
    }
    case 'enum': {
      const { allowedValues = [] } = error.params as { allowedValues?: unknown[] }
      return { path, message: `${inside} is ${given}; it must be ${allowedValues.join(' or ')}` }
    }
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return { path, message: `${inside} is ${given}, and ${error.message}${wanted}` }
    default:
      return {
        path,
        message:
          wanted === '' ? `${inside} ${error.message}, not ${given}` : `${inside} is ${given}${wanted}`,
      }
  }
}

function unknownKey(schema: TSchema, schemaPath: string, key: string): string {
  const parent = schemaAt(schema, schemaPath.replace(/\/additionalProperties$/, ''))
  const keys = Object.keys(parent['properties'] ?? {})
  return `there is no key ${key === '' ? "''" : key} here; there are ${keys.join(', ')}`
}

function pathOf(pointer: string): (string | number)[] {
  if (pointer === '') return []
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function valueAt(value: unknown, path: Path): unknown {
  let part = value
  for (const step of path) part = (part as Record<string, unknown> | null | undefined)?.[step]
  return part
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
