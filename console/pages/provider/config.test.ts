import { expect, it } from 'vitest'
import { configDefaults, configFault, configFields, isNotJson, jsonRead } from './config.ts'

const schema = {
  type: 'object',
  required: ['url', 'speedFactor'],
  properties: {
    url: { type: 'string', description: 'where it listens' },
    password: { type: 'string', writeOnly: true },
    speedFactor: { type: 'number', default: 1, minimum: 0 },
    mode: { type: 'string', enum: ['fast', 'slow'] },
    seed: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
    verify: { type: 'boolean' },
    sites: { type: 'array', items: { type: 'object' } },
  },
}

it('draws each property as the control that fits it', () => {
  expect(configFields(schema).map((field) => [field.title, field.kind])).toEqual([
    ['Url', 'text'],
    ['Password', 'secret'],
    ['Speed factor', 'number'],
    ['Mode', 'choice'],
    ['Seed', 'integer'],
    ['Verify', 'boolean'],
    ['Sites', 'json'],
  ])
})

it('starts from the defaults and asks for what has none', () => {
  const fields = configFields(schema)
  expect(configDefaults(fields)).toEqual({ speedFactor: 1 })
  expect(configFault(fields, configDefaults(fields))).toBe('Url is needed.')
  expect(configFault(fields, { url: 'http://x' })).toBeNull()
})

it('draws nothing from a schema without properties', () => {
  expect(configFields(undefined)).toEqual([])
  expect(configFields({ type: 'object' })).toEqual([])
})

it('holds back text that is not JSON, and says in which field', () => {
  const fields = configFields(schema)
  const config = { url: 'http://x', sites: jsonRead('[{"name":"lab"}]') }
  expect(config.sites).toEqual([{ name: 'lab' }])
  expect(configFault(fields, config)).toBeNull()
  const broken = { ...config, sites: jsonRead('[{"name":') }
  expect(isNotJson(broken.sites)).toBe(true)
  expect(configFault(fields, broken)).toMatch(/^Sites is not JSON: /)
  expect(jsonRead(' ')).toBeUndefined()
  expect(isNotJson(jsonRead('{"text":"x","reason":"y"}'))).toBe(false)
})
