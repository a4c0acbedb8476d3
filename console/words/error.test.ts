import { OrreryError, errorCodes, type ErrorCode } from '@orrery/api/errors.ts'
import { describe, expect, it } from 'vitest'
import { errorWords } from './error.ts'

describe('an error in words', () => {
  it.for(Object.keys(errorCodes) as ErrorCode[])('says for %s what happened and what to try', (code) => {
    const words = errorWords(new OrreryError(code, 'Node x is full.'))
    expect(words.title).not.toBe('')
    expect(words.message).toBe('Node x is full.')
    expect(words.hint).toMatch(/[.]$/)
  })

  it('names what was being done, and to what', () => {
    expect(errorWords(new OrreryError('conflict', 'It is draining.'), 'drain node a').title).toBe(
      'Could not drain node a',
    )
  })

  it.for<[message: string, pointer: string, words: string]>([
    ['must be a number', '/demand/cpuCores', 'must be a number (demand.cpuCores)'],
    ['It is taken.', '/name', 'It is taken (name).'],
    ['The name is taken.', '/name', 'The name is taken.'],
    ['its CPU cores must be a number', '/demand/cpuCores', 'its CPU cores must be a number'],
    ['label 3 is not text: labels', '/labels/3', 'label 3 is not text: labels'],
    ['must be an object', '', 'must be an object'],
  ])('names the field unless the sentence does: %s at %s', ([message, pointer, words]) => {
    expect(errorWords(new OrreryError('invalid', message, { pointer })).message).toBe(words)
  })

  it('tells a lost connection and a timeout from a fault', () => {
    expect(errorWords(new TypeError('Failed to fetch')).title).toBe('The server cannot be reached')
    const parts = ['Unable to preload CSS for /assets/a.css', 'Importing a module script failed.']
    for (const part of parts) expect(errorWords(new Error(part)).title).toBe('The server cannot be reached')
    expect(errorWords(new DOMException('x', 'TimeoutError')).retry).toBe(true)
  })

  it.for([null, undefined, {}, 42, 'text', new Error('')])('never shows a raw object: %j', (thrown) => {
    const words = errorWords(thrown)
    expect(words.message).not.toContain('[object')
    expect(words.message.length).toBeGreaterThan(5)
  })
})
