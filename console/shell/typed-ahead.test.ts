import { describe, expect, it } from 'vitest'
import { typedAhead } from './typed-ahead.ts'

describe('what is typed before the palette is there', () => {
  it('is the text that the keys make', () => {
    expect(typedAhead([])).toEqual({ text: '', last: null })
    expect(typedAhead(['w', 'e', 'v', 'Backspace', 'b'])).toEqual({ text: 'web', last: null })
    expect(typedAhead(['Backspace', '😀', 'Backspace', 'a'])).toEqual({ text: 'a', last: null })
  })

  it('ends with Enter or Escape', () => {
    expect(typedAhead(['a', 'Enter', 'b'])).toEqual({ text: 'a', last: 'Enter' })
    expect(typedAhead(['a', 'Escape', 'Enter'])).toEqual({ text: 'a', last: 'Escape' })
  })
})
