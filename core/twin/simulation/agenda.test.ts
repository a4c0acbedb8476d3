import fc from 'fast-check'
import { expect, it } from 'vitest'
import { agendaAdd, agendaCopy, agendaCreate, agendaTake, agendaTime } from './agenda.ts'

it('gives what is due in order of time, at one instant in the order it was added', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.array(fc.boolean()), (times, takes) => {
      const agenda = agendaCreate(1)
      const model: { time: number; subject: number }[] = []
      times.forEach((time, subject) => {
        agendaAdd(agenda, time, subject)
        model.push({ time, subject })
        model.sort((a, b) => a.time - b.time || a.subject - b.subject)
        expect(agendaTime(agenda)).toBe(model[0]?.time)
        if (takes[subject] === true) expect(agendaTake(agenda)).toBe(model.shift()?.subject)
      })
      const rest = Array.from(model, () => agendaTake(agenda))
      expect(rest).toEqual(model.map((each) => each.subject))
      expect([agendaTake(agenda), agendaTime(agenda)]).toEqual([-1, Number.POSITIVE_INFINITY])
    }),
  )
})

it('has copies that go their own way', () => {
  const agenda = agendaCreate()
  for (const time of [3, 1, 2]) agendaAdd(agenda, time, time)
  const copy = agendaCopy(agenda)
  expect(agendaTake(copy)).toBe(1)
  agendaAdd(copy, 0, 9)
  expect([agendaTake(agenda), agendaTake(copy)]).toEqual([1, 9])
})
