import { expect, it } from 'vitest'
import { inventoryCreate } from '../inventory.ts'
import { requestCreate } from '../inventory/request.ts'
import { node, site, workload } from '../planner/made-up.ts'
import { policies } from './policies.ts'
import { weighable } from './scores.ts'

const scores = new Set([
  ...weighable,
  ...policies.flatMap((policy) => policy.scores.map(({ score }) => score)),
])

it.for([...scores].map((score) => [score.name, score] as const))(
  'the score %s says so if it goes by what the site says of its energy',
  ([, score]) => {
    const values = [0, 100, 500].map((carbonGramsPerKwh) => {
      const energy = { carbonGramsPerKwh, renewableShare: carbonGramsPerKwh / 1000 }
      const inventory = inventoryCreate([site('cloud', energy)], [node('a', { gpus: ['A'] })], [])
      return score.of(
        inventory,
        requestCreate(inventory, workload('w', { gpus: 1, milli: 500 }), () => 0.5),
        0,
      )
    })
    expect(new Set(values).size > 1).toBe(score.readsSite === true)
  },
)
