/** A small network of layers: what a learned policy is. It scores one row of features at a time. */
import { OrreryError } from '@orrery/api/errors.ts'
import type { PolicyNetwork, networkActivations } from '@orrery/api/policy.ts'

export type Activation = (typeof networkActivations)[number]

export type Layer = {
  inputs: number
  outputs: number
  /** the weights of an output together: `outputs` rows of `inputs` */
  weights: Float64Array
  biases: Float64Array
  activation: Activation
}

export type Network = {
  /** names of the inputs, in order */
  features: readonly string[]
  /** each takes what the one before gives; the last gives one value */
  layers: readonly Layer[]
}

/** Throws `invalid` where the layers do not fit together. */
export function networkOf({ features, layers }: PolicyNetwork): Network {
  let inputs = features.length
  const made = layers.map(({ weights, biases, activation }, at) => {
    const outputs = biases.length
    if (weights.length !== inputs * outputs) {
      throw new OrreryError(
        'invalid',
        `layer ${at + 1} of the network takes ${inputs} values and gives ${outputs}: it has ${inputs * outputs} weights, not ${weights.length}`,
      )
    }
    const layer = {
      inputs,
      outputs,
      weights: Float64Array.from(weights),
      biases: Float64Array.from(biases),
      activation,
    }
    inputs = outputs
    return layer
  })
  if (inputs !== 1) throw new OrreryError('invalid', `a network gives one score, not ${inputs}`)
  return { features, layers: made }
}

/** As it is sent and stored. */
export function networkWritten({ features, layers }: Network): PolicyNetwork {
  return {
    features: [...features],
    layers: layers.map(({ weights, biases, activation }) => ({
      weights: [...weights],
      biases: [...biases],
      activation,
    })),
  }
}

/** A function from the features to the score; it keeps its scratch space, and is asked by one caller at a time. */
export function networkScorer({ layers }: Network): (features: Float64Array) => number {
  const values = layers.map((layer) => new Float64Array(layer.outputs))
  return (features) => {
    let from = features
    layers.forEach((layer, at) => {
      const to = values[at] ?? from
      layerRun(layer, from, to)
      from = to
    })
    return from[0] ?? 0
  }
}

function layerRun(
  { inputs, outputs, weights, biases, activation }: Layer,
  from: Float64Array,
  to: Float64Array,
) {
  for (let output = 0, weight = 0; output < outputs; output += 1) {
    let sum = biases[output] ?? 0
    for (let input = 0; input < inputs; input += 1, weight += 1) {
      sum += (weights[weight] ?? 0) * (from[input] ?? 0)
    }
    to[output] = activated(sum, activation)
  }
}

function activated(value: number, activation: Activation): number {
  switch (activation) {
    case 'none':
      return value
    case 'tanh':
      return Math.tanh(value)
    case 'relu':
      return Math.max(0, value)
    case 'sigmoid':
      return 1 / (1 + Math.exp(-value))
  }
}
