import { expect, it } from 'vitest'
import { preferencesParse } from './preferences.ts'

it('reads what was kept', () => {
  expect(preferencesParse('{"density":"comfortable","zone":"local","rail":"folded"}')).toEqual({
    density: 'comfortable',
    zone: 'local',
    rail: 'folded',
  })
})

it.for([null, '', '{', 'null', '7', '{"density":"huge"}'])('falls back to dense and UTC from %j', (text) => {
  expect(preferencesParse(text)).toEqual({ density: 'dense', zone: 'utc', rail: 'open' })
})
