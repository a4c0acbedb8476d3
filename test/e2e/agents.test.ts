import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { standing, workloadMake } from './standing.ts'
import { type Visitor, noBrowser, visitorOpen } from './visitor.ts'

describe.skipIf(noBrowser !== undefined)('agents in the console', { timeout: 90_000 }, () => {
  let visitor: Visitor
  beforeAll(async () => {
    visitor = await visitorOpen()
    await standing(visitor.api, [])
  }, 180_000)
  afterAll(() => visitor?.close())

  /** What it is asked about this workload, once the server has seen that it waits. */
  const asked = (workload: string) =>
    vi.waitFor(
      async () => {
        const { turn } = await visitor.api.call('agentAsk', { ref: 'otto' })
        if (turn?.workload.name !== workload) throw new Error(`it was asked about ${turn?.workload.name}`)
        return turn
      },
      { timeout: 20_000, interval: 100 },
    )

  it('are made, given a mode and rails, watched, and turned off together', async () => {
    await visitor.visit('/agents', async (page) => {
      await page.getByRole('heading', { name: 'No agents yet' }).waitFor()
      await page.getByRole('button', { name: 'New agent' }).first().click()
      const create = page.getByRole('dialog', { name: 'New agent' })
      await create.getByLabel('Name').fill('otto')
      await create.getByText('orrery agent create --name otto --mode shadow').waitFor()
      await create.getByRole('button', { name: 'Create' }).click()
      await page.getByRole('heading', { level: 1, name: 'otto' }).waitFor()
      const facts = page.getByRole('region', { name: 'What it is' })
      await facts.getByText('absent', { exact: true }).waitFor()

      await page.getByRole('button', { name: 'Change', exact: true }).click()
      const change = page.getByRole('dialog', { name: 'Change otto' })
      await change.getByRole('combobox', { name: 'Mode' }).click()
      await page.getByRole('option', { name: /^approve/ }).click()
      await change.getByLabel('Seconds of silence until it is fenced').fill('3600')
      await change.getByLabel('Sites').fill('edge-1')
      await change.getByRole('row', { name: 'Mode shadow → approve' }).waitFor()
      await change.getByRole('row', { name: 'Sites anywhere → edge-1' }).waitFor()
      // What somebody else changes while the form is open stays.
      const meanwhile = { protectedLabels: { tier: 'gold' }, waitsMost: 3 }
      await visitor.api.call('agentUpdate', { ref: 'otto', body: { rails: meanwhile } })
      await page.getByText('workloads with tier=gold').waitFor({ state: 'attached' })
      await change.getByRole('button', { name: 'Save' }).click()
      const rails = page.getByRole('region', { name: 'Guard rails' })
      await rails.getByText('edge-1', { exact: true }).waitFor()
      await rails.getByText('fenced after 1 h').waitFor()
      expect(await visitor.api.call('agentView', { ref: 'otto' })).toMatchObject({
        mode: 'approve',
        rails: { silenceSeconds: 3600, sites: ['edge-1'], placesPerMinute: 60, ...meanwhile },
      })

      // Heard once, so that what waits from now on is left to it.
      await visitor.api.call('agentAsk', { ref: 'otto' })
      await facts.getByText('present', { exact: true }).waitFor()
      await workloadMake(visitor.api, 'wanted')
      const first = await asked('wanted')
      await visitor.api.call('agentAct', { ref: 'otto', body: { turn: first.id, node: 'lab-1-desk-1' } })
      const turns = page.getByRole('table', { name: 'Turns' })
      const refused = turns.getByRole('row', { name: /refused: site/ })
      await refused.getByText(/is at site 'lab-1'; the agent may place at edge-1/).waitFor()

      const second = await asked('wanted')
      await visitor.api.call('agentAct', { ref: 'otto', body: { turn: second.id, node: 'edge-1-std-1' } })
      const proposed = turns.getByRole('row', { name: /proposed/ })
      await proposed.getByRole('link', { name: 'edge-1-std-1' }).first().waitFor()
      await proposed.getByRole('link', { name: 'plan' }).click()
      await page.getByRole('heading', { level: 1, name: 'Plan of 1 step' }).waitFor()

      await page.goto('/agents')
      await page.getByRole('button', { name: 'Turn all off' }).click()
      const halt = page.getByRole('dialog', { name: 'Turn every agent off' })
      await halt.getByRole('row', { name: 'otto present → off' }).waitFor()
      await halt.getByRole('button', { name: 'Turn all off' }).click()
      await page.getByRole('row', { name: /^otto off/ }).waitFor()
      const { items } = await visitor.api.call('planList', { query: { filter: 'state:refused' } })
      expect(items).toHaveLength(1)
    })
  })

  it('that were fenced say why, and are let in again', async () => {
    const rails = { refusalsMost: 1, silenceSeconds: 3600 }
    await visitor.api.call('agentCreate', { body: { name: 'anna', mode: 'approve', rails } })
    await visitor.api.call('agentAsk', { ref: 'anna' })
    await workloadMake(visitor.api, 'late')
    const { id } = await vi.waitFor(
      async () => {
        const { turn } = await visitor.api.call('agentAsk', { ref: 'anna' })
        if (turn === null) throw new Error('it was asked nothing')
        return turn
      },
      { timeout: 20_000, interval: 100 },
    )
    await visitor.api.call('agentAct', { ref: 'anna', body: { turn: id, node: 'nowhere' } })
    await visitor.visit('/agents/anna', async (page) => {
      const facts = page.getByRole('region', { name: 'What it is' })
      await facts.getByText(/1 answer.* in a row/).waitFor()
      await page.getByRole('button', { name: 'Let in again' }).click()
      const dialog = page.getByRole('dialog', { name: 'Let anna in again' })
      await dialog.getByText(/^It was fenced:/).waitFor()
      await dialog.getByRole('button', { name: 'Let in' }).click()
      await page.getByRole('button', { name: 'Turn off' }).waitFor()
      expect(await visitor.api.call('agentView', { ref: 'anna' })).toMatchObject({
        enabled: true,
        fencedReason: null,
      })
    })
  })
})
