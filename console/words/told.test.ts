import { describe, expect, it } from 'vitest'
import { toldParts } from './told.ts'

const id = '01a1ff72-3197-7410-b094-7bcc7c418a83'

describe('a sentence with ids', () => {
  it('names the thing by the end of its id', () => {
    expect(toldParts(`Puts back plan ${id}. One is gone.`)).toEqual([
      { text: 'Puts back ', kind: null, id: null },
      { text: 'plan …7c418a83', kind: 'plan', id },
      { text: '. One is gone.', kind: null, id: null },
    ])
    expect(toldParts(`Plan ${id}`)).toEqual([{ text: 'Plan …7c418a83', kind: 'plan', id }])
  })

  it('leaves every other sentence as it is', () => {
    expect(toldParts('')).toEqual([])
    expect(toldParts('plan it again')).toEqual([{ text: 'plan it again', kind: null, id: null }])
  })
})
