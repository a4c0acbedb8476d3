/**
 * Reads a network of layers from an ONNX file (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto): a chain of `Gemm`
 * with activations between them. That is what a scorer of nodes is; graphs beyond it are refused, not guessed at.
 */
import { OrreryError } from '@orrery/api/errors.ts'
import type { Activation, Layer, Network } from './network.ts'
import { type Field, bytesAll, fieldsOf, numberOf, numbersOf, textOf } from './protobuf.ts'

const bytesMost = 16 * 1024 ** 2
/** The key of the names of the inputs in the model's own metadata. */
export const featuresKey = 'orrery.features'

const model = { graph: 7, metadata: 14 } as const
const graph = { node: 1, initializer: 5, input: 11, output: 12 } as const
const node = { input: 1, output: 2, kind: 4, attribute: 5 } as const
const attribute = { name: 1, number: 3, float: 2 } as const
const tensor = { dims: 1, type: 2, floats: 4, name: 8, raw: 9 } as const
const floatType = 1

type Tensor = { dims: number[]; values: Float64Array }

/** They change the shape of the one value per row, not the value. */
const shapeless = new Set(['Flatten', 'Squeeze', 'Reshape', 'Identity'])
const activationOf: Readonly<Record<string, Activation>> = { Tanh: 'tanh', Relu: 'relu', Sigmoid: 'sigmoid' }

/** Throws `invalid` with what is wrong. */
export function onnxRead(file: Uint8Array): Network {
  if (file.length > bytesMost) throw wrong(`it has more than ${bytesMost / 1024 ** 2} MiB`)
  const top = fieldsOf(file)
  const graphs = bytesAll(top, model.graph)
  const body = graphs[0]
  if (body === undefined) throw wrong('it has no graph')
  const fields = fieldsOf(body)
  const tensors = new Map(bytesAll(fields, graph.initializer).map(tensorRead))
  const layers = layersOf(bytesAll(fields, graph.node).map(fieldsOf), tensors, inputName(fields, tensors))
  const features = featuresRead(top)
  const first = layers[0]
  if (first === undefined) throw wrong('it has no layer')
  if (first.inputs !== features.length) {
    throw wrong(`it takes ${first.inputs} values, and its metadata names ${features.length}`)
  }
  if (layers.at(-1)?.outputs !== 1) throw wrong('it gives more than one score')
  return { features, layers }
}

function inputName(fields: readonly Field[], tensors: ReadonlyMap<string, Tensor>): string {
  const names = bytesAll(fields, graph.input).map((bytes) => textOf(fieldsOf(bytes), 1))
  // Old files name their weights among the inputs.
  const [name, ...others] = names.filter((each) => !tensors.has(each))
  if (name === undefined || others.length > 0) throw wrong('it has not exactly one input')
  return name
}

function layersOf(
  nodes: readonly (readonly Field[])[],
  tensors: ReadonlyMap<string, Tensor>,
  input: string,
): Layer[] {
  const layers: Layer[] = []
  let name = input
  for (const fields of nodes) {
    const kind = textOf(fields, node.kind)
    const [from = '', ...others] = bytesAll(fields, node.input).map((bytes) =>
      new TextDecoder().decode(bytes),
    )
    if (from !== name) throw wrong(`its ${kind} does not continue the chain`)
    name = textOf(fields, node.output)
    const last = layers.at(-1)
    const activation = activationOf[kind]
    if (kind === 'Gemm') {
      const layer = gemm(
        fields,
        others.map((each) => tensors.get(each)),
      )
      if (last !== undefined && last.outputs !== layer.inputs) throw wrong('its layers do not fit together')
      layers.push(layer)
    } else if (activation !== undefined) {
      if (last === undefined || last.activation !== 'none') throw wrong(`its ${kind} follows no layer`)
      last.activation = activation
    } else if (!shapeless.has(kind)) {
      throw wrong(`it has a ${kind}; known are Gemm, ${Object.keys(activationOf).join(', ')}`)
    }
  }
  return layers
}

function gemm(fields: readonly Field[], [weights, biases]: readonly (Tensor | undefined)[]): Layer {
  const [rows = 0, columns = 0] = weights?.dims ?? []
  if (weights === undefined || weights.dims.length !== 2 || weights.values.length !== rows * columns) {
    throw wrong('a layer has no matrix of weights')
  }
  const given = bytesAll(fields, node.attribute).map(fieldsOf)
  const flag = (name: string) => given.find((each) => textOf(each, attribute.name) === name)
  const transposed = numberOf(flag('transB') ?? [], attribute.number) === 1
  for (const name of ['alpha', 'beta']) {
    const set = bytesAll(flag(name) ?? [], attribute.float)[0]
    if (set !== undefined && floatAt(set, 0) !== 1) throw wrong(`a layer has a ${name} other than 1`)
  }
  if (numberOf(flag('transA') ?? [], attribute.number) === 1) throw wrong('a layer turns its input over')
  const [inputs, outputs] = transposed ? [columns, rows] : [rows, columns]
  if (biases !== undefined && biases.values.length !== outputs)
    throw wrong('a layer has biases of another size')
  const { values } = weights
  return {
    inputs,
    outputs,
    weights: Float64Array.from(values, (_, at) =>
      transposed ? (values[at] ?? 0) : (values[(at % inputs) * outputs + Math.floor(at / inputs)] ?? 0),
    ),
    biases: biases?.values ?? new Float64Array(outputs),
    activation: 'none',
  }
}

function tensorRead(bytes: Uint8Array): [string, Tensor] {
  const fields = fieldsOf(bytes)
  const name = textOf(fields, tensor.name)
  if (numberOf(fields, tensor.type) !== floatType) return [name, { dims: [], values: new Float64Array(0) }]
  const data = bytesAll(fields, tensor.raw)[0] ?? bytesAll(fields, tensor.floats)[0] ?? new Uint8Array(0)
  const values = Float64Array.from({ length: Math.floor(data.length / 4) }, (_, at) => floatAt(data, 4 * at))
  if (!values.every(Number.isFinite)) throw wrong(`${name} has values that are no numbers`)
  return [name, { dims: numbersOf(fields, tensor.dims), values }]
}

function featuresRead(top: readonly Field[]): string[] {
  const properties = bytesAll(top, model.metadata).map(fieldsOf)
  const found = properties.find((each) => textOf(each, 1) === featuresKey)
  if (found === undefined) throw wrong(`its metadata has no ${featuresKey}`)
  try {
    const names: unknown = JSON.parse(textOf(found, 2))
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names
  } catch {
    // Said below.
  }
  throw wrong(`${featuresKey} in its metadata is no list of names`)
}

function floatAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat32(at, true)
}

function wrong(what: string): OrreryError {
  return new OrreryError('invalid', `the ONNX model cannot be a policy: ${what}`)
}
