/** A learned policy from its file to the server; `policy create` is for all others. */
import { basename } from 'node:path'
import { onnxRead } from '@orrery/core/policy/network/onnx.ts'
import { networkWritten } from '@orrery/core/policy/network/network.ts'
import { learnedAlgorithm } from '@orrery/core/policy/policies.ts'
import { fileBytes } from '../body.ts'
import { type Command, jsonFlag, quietFlag } from '../command.ts'
import { call } from '../request.ts'

export const policyAddCommand: Command = {
  words: ['policy', 'add'],
  summary: 'store a learned policy from an ONNX file',
  description:
    'The file is a scorer of nodes as the training example of the Python package orrery-gym writes it: layers, with the names of what goes in. It decides nothing until it is made active; try it in the twin first (`orrery twin compare`, `orrery run create`).',
  examples: [
    'orrery policy add learned --onnx placement.onnx',
    'orrery policy add learned --onnx placement.onnx --mode approve --active',
  ],
  args: [{ name: 'NAME', required: true, description: 'of the policy' }],
  flags: [
    { name: 'onnx', value: 'FILE', required: true, description: 'the network that was learned' },
    {
      name: 'mode',
      value: 'WORD',
      choices: ['auto', 'approve'],
      description: 'approve: a person confirms each plan (default auto)',
    },
    { name: 'active', description: 'let it decide for the live system from now on' },
    jsonFlag,
    quietFlag,
  ],
  async run(cli, given) {
    const path = given.text('onnx') ?? ''
    const network = networkWritten(onnxRead(await fileBytes(path)))
    const mode = given.text('mode')
    const policy = await call(cli, 'policyCreate', {
      body: {
        name: given.args[0] ?? '',
        algorithm: learnedAlgorithm,
        network,
        ...(mode === undefined ? {} : { mode }),
        ...(given.on('active') === true ? { active: true } : {}),
      },
    })
    if (given.on('json') === true) cli.print(JSON.stringify(policy))
    else if (given.on('quiet') === true) cli.print(policy.id)
    else {
      const inputs = `${network.features.length} features`
      cli.print(
        `${policy.name}: ${basename(path)}, ${inputs}${policy.active ? '; it decides from now on' : ''}`,
      )
    }
  },
}
