/** A small network of layers: what a learned policy is. It scores one row of features at a time. */
export const activations = ['none', 'tanh', 'relu', 'sigmoid'] as const
export type Activation = (typeof activations)[number]

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
