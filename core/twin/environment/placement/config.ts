/** What a placement environment is made of, as data. */
import { OrreryError } from '@orrery/api/errors.ts'
import { type Static, Type } from 'typebox'
import { devicesMost } from '../cluster.ts'

const strict = { additionalProperties: false }
const weight = Type.Number({ exclusiveMinimum: 0, maximum: 1e6 })
const cpuMilli = Type.Integer({ minimum: 1, maximum: 1_000_000 })
const memoryMib = Type.Integer({ minimum: 0, maximum: 100_000_000 })
const gpus = Type.Integer({ minimum: 0, maximum: devicesMost })
const reward = Type.Number({ minimum: -1000, maximum: 1000 })

export const NodeShape = Type.Object({ name: Type.String(), weight, cpuMilli, memoryMib, gpus }, strict)
export type NodeShape = Static<typeof NodeShape>

export const WorkClass = Type.Object(
  {
    name: Type.String(),
    weight,
    /** against the other classes; the load decides how long they are */
    life: weight,
    cpuMilli,
    memoryMib,
    gpus,
    gpuMilli: Type.Integer({ minimum: 0, maximum: 1000 }),
  },
  strict,
)
export type WorkClass = Static<typeof WorkClass>

export const PlacementConfig = Type.Object(
  {
    nodeCount: Type.Integer({ minimum: 1, maximum: 1000 }),
    /** Nodes have the shapes in proportion to their weights, in an order that the seed draws. */
    shapes: Type.Array(NodeShape, { minItems: 1, maxItems: 32 }),
    work: Type.Array(WorkClass, { minItems: 1, maxItems: 32 }),
    /** share of the resource that is asked for most, by all who would run at once had each a place */
    load: Type.Number({ exclusiveMinimum: 0, maximum: 10 }),
    /** how many wait at most; one more, and the one that waits longest is lost */
    lineMost: Type.Integer({ minimum: 1, maximum: 64 }),
    /** ticks before the measures begin, for the nodes begin empty */
    settleTicks: Type.Integer({ minimum: 0, maximum: 100_000 }),
    stepsMost: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    /** An episode is terminated when so many were lost; 0: never. */
    lostMost: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    rewards: Type.Object(
      { cpu: reward, memory: reward, gpu: reward, placed: reward, lost: reward, invalid: reward },
      strict,
    ),
  },
  strict,
)
export type PlacementConfig = Static<typeof PlacementConfig>

/** Throws `invalid` where a size is none that a device rule covers. */
export function workCheck(work: readonly WorkClass[]): void {
  for (const { name, gpus: count, gpuMilli } of work) {
    if (count > 1 ? gpuMilli !== 1000 : count === 1 && gpuMilli === 0) {
      throw new OrreryError('invalid', `work ${name}: a share is of one GPU, several GPUs are whole`)
    }
  }
}

/** The shapes of the nodes in proportion to their weights: node i has the shape at the (i + 0.5)/n-th of all weight. */
export function shapesOf({ nodeCount, shapes }: Pick<PlacementConfig, 'nodeCount' | 'shapes'>): NodeShape[] {
  const total = shapes.reduce((sum, shape) => sum + shape.weight, 0)
  let index = 0
  let reached = shapes[0]?.weight ?? 0
  return Array.from({ length: nodeCount }, (_, node) => {
    while (((node + 0.5) / nodeCount) * total > reached && index < shapes.length - 1) {
      index += 1
      reached += shapes[index]?.weight ?? 0
    }
    return shapes[index] as NodeShape // the schema asks for one at least
  })
}

/** Mean lives in ticks that bring the load: one workload arrives per tick. */
export function livesOf(config: PlacementConfig): Float64Array {
  const { work, load } = config
  const nodes = shapesOf(config)
  const weights = work.reduce((sum, each) => sum + each.weight, 0)
  const asked = (of: (each: WorkClass) => number) =>
    work.reduce((sum, each) => sum + (each.weight / weights) * each.life * of(each), 0)
  const has = (of: (node: NodeShape) => number) => nodes.reduce((sum, node) => sum + of(node), 0)
  const shares = [
    asked((each) => each.cpuMilli) / has((node) => node.cpuMilli),
    asked((each) => each.memoryMib) / has((node) => node.memoryMib),
    asked((each) => each.gpus * each.gpuMilli) / (has((node) => node.gpus) * 1000),
  ]
  const most = Math.max(...shares.filter((share) => Number.isFinite(share)))
  return Float64Array.from(work, ({ life }) => (life * load) / most)
}
