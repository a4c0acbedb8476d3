import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { TSchema } from 'typebox'
import { OrreryError } from '@orrery/api/errors.ts'

/** One strict validator for bodies; one that reads numbers and booleans from text for queries. */
const bodies = new Ajv({ strict: false, allErrors: false, verbose: true })
const queries = new Ajv({
  strict: false,
  allErrors: false,
  verbose: true,
  coerceTypes: true,
  useDefaults: true,
})

export type Validator = (value: unknown) => void

export function bodyValidator(schema: TSchema): Validator {
  return validator(bodies.compile(schema), 'body')
}

/** Refuses text that no database can keep, in keys and values, at any depth: U+0000 and halves of surrogate pairs. */
export function textCheck(value: unknown, pointer = ''): void {
  if (typeof value === 'string') {
    if (!value.includes('\0') && value.isWellFormed()) return
    const what = value.includes('\0') ? 'the character U+0000' : 'half of a surrogate pair'
    throw new OrreryError('invalid', `A text holds ${what}, which cannot be stored. Leave it out.`, {
      pointer,
    })
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, each] of Object.entries(value)) {
    textCheck(key, pointer)
    textCheck(each, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
  }
}
/** Changes its argument: texts become what the schema says, defaults are filled in. */
export function queryValidator(schema: TSchema): Validator {
  return validator(queries.compile(schema), 'query')
}

function validator(validate: ValidateFunction, part: string): Validator {
  return (value) => {
    if (validate(value)) return
    const error = mostTelling(validate.errors ?? [])
    throw new OrreryError(
      'invalid',
      error === undefined ? `The ${part} is not valid.` : sentence(error, part),
      {
        pointer: error?.instancePath ?? '',
      },
    )
  }
}

/** Under a union (`null` or a thing) the deepest fault is the one the caller meant to avoid. */
function mostTelling(errors: ErrorObject[]): ErrorObject | undefined {
  const plain = errors.filter(
    (error) => error.keyword !== 'anyOf' && !(error.keyword === 'type' && error.params['type'] === 'null'),
  )
  return (plain.length > 0 ? plain : errors).toSorted(
    (a, b) => b.instancePath.length - a.instancePath.length,
  )[0]
}

function sentence(error: ErrorObject, part: string): string {
  const path = error.instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~')
  const it = path === '' ? `The ${part}` : `\`${path}\``
  const params: Record<string, unknown> = error.params
  switch (error.keyword) {
    case 'required':
      return `\`${path === '' ? '' : `${path}.`}${String(params['missingProperty'])}\` is missing.`
    case 'additionalProperties': {
      const known = Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {})
      const name = String(params['additionalProperty']).slice(0, 60)
      return known.length === 0
        ? `${it} has a key \`${name}\` that is not allowed.`
        : `${it} has no field \`${name}\`; there are ${known.map((key) => `\`${key}\``).join(', ')}.`
    }
    case 'type':
      return `${it} must be ${article(String(params['type']))}, not ${shown(error.data)}.`
    case 'enum':
      return `${it} must be one of ${(params['allowedValues'] as unknown[]).map((each) => `'${String(each)}'`).join(', ')}, not ${shown(error.data)}.`
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `${it} must be ${String(params['comparison'])} ${String(params['limit'])}, not ${shown(error.data)}.`
    case 'pattern':
      return `${it} must be ${(error.parentSchema as { description?: string } | undefined)?.description ?? `text that matches ${String(params['pattern'])}`}, not ${shown(error.data)}.`
    case 'minLength':
    case 'maxLength':
      return `${it} must have ${error.keyword === 'minLength' ? 'at least' : 'at most'} ${String(params['limit'])} characters.`
    case 'minItems':
    case 'maxItems':
      return `${it} must have ${error.keyword === 'minItems' ? 'at least' : 'at most'} ${String(params['limit'])} items.`
    case 'minProperties':
    case 'maxProperties':
      return `${it} must have ${error.keyword === 'minProperties' ? 'at least' : 'at most'} ${String(params['limit'])} fields.`
    default:
      return `${it} ${error.message ?? 'is not valid'}.`
  }
}

function article(type: string): string {
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return `'${value.length > 60 ? `${value.slice(0, 57)}…` : value}'`
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? 'an array' : 'an object'
}
