import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { type OperationSpec, operations } from '@orrery/api/operations.ts'
import { openapiDocument } from './openapi.ts'

type Described = Record<string, Record<string, { requestBody?: Content; responses: Record<string, Content> }>>
type Content = { content?: Record<string, { schema: { description?: string } }> }
const document = openapiDocument('1.2.3', 'https://orrery.example.org') as { paths: Described }

test('is a valid OpenAPI 3.1 document', async () => {
  const validator = new Validator()
  expect(await validator.validate(structuredClone(document))).toEqual({ valid: true })
  expect(validator.version).toBe('3.1')
})

test('describes every operation once, by its method and path', () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const all = Object.values(operations).map(({ method, path }: OperationSpec) => `${method} /api/v1${path}`)
  expect(described.toSorted()).toEqual(all.toSorted())
})

test('says what is spoken beside JSON', () => {
  const { paths } = document
  expect(Object.keys(paths['/api/v1/samples']?.['post']?.requestBody?.content ?? {})).toEqual([
    'application/json',
    'application/vnd.orrery.samples',
  ])
  expect(Object.keys(paths['/api/v1/events']?.['get']?.responses['200']?.content ?? {})).toEqual([
    'application/json',
    'text/event-stream',
  ])
  expect(Object.keys(paths['/api/v1/trace']?.['get']?.responses['200']?.content ?? {})).toEqual([
    'application/x-ndjson',
  ])
})
