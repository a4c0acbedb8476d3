/**
 * One agent's conversation: a hello makes its environments, then resets and steps are answered with all that they show.
 * What is wrong is told to the one who asked; nothing was stepped then, and the conversation goes on unless it is `final`.
 */
import { OrreryError } from '@orrery/api/errors.ts'
import {
  type EnvironmentPlan,
  environmentNames,
  environmentPlan,
  environmentsCreate,
} from '@orrery/core/twin/environment/registry.ts'
import {
  type EnvironmentVector,
  autoresets,
  environmentReset,
  vectorStep,
} from '@orrery/core/twin/environment/vector.ts'
import { schemaFault } from '@orrery/core/schema-fault.ts'
import { type Static, Type } from 'typebox'
import {
  type Frame,
  frameKinds,
  headerBytes,
  headerWrite,
  helloBytesMost,
  jsonFrame,
  protocolVersion,
} from './frame.ts'

export type Answer = {
  /** the header and the body; it holds until the next frame is taken */
  bytes: Uint8Array
  /** nothing more is said after it */
  final: boolean
}

export type Session = {
  /** of the body of the next frame */
  bodyBytesMost(): number
  take(frame: Frame): Answer
  close(): void
}

/** What the sessions of one listener share. */
export type Budget = { bytesLeft: number }

const countMost = 65_536
const resetModes = { leave: 0, next: 1, seed: 2 } as const
const resetWords = 3

const Hello = Type.Object(
  {
    protocol: Type.Integer(),
    environment: Type.Enum([...environmentNames]),
    scenario: Type.Optional(Type.String({ maxLength: 100 })),
    overrides: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    count: Type.Integer({ minimum: 1, maximum: countMost }),
    autoreset: Type.Enum([...autoresets]),
  },
  { additionalProperties: false },
)
type Hello = Static<typeof Hello>

/** The environments of a session, and the frame that shows them. */
type Standing = { vector: EnvironmentVector; actions: Int32Array; frame: Uint8Array; bytes: number }

export function sessionOpen(budget: Budget): Session {
  let standing: Standing | null = null
  return {
    bodyBytesMost: () =>
      standing === null ? helloBytesMost : 4 * resetWords * standing.vector.outputs.count,
    take({ kind, body }) {
      try {
        if (standing === null) {
          if (kind !== frameKinds.hello)
            return refusal('conflict', 'a conversation begins with a hello', true)
          const [made, welcome] = begin(body, budget)
          standing = made
          return { bytes: welcome, final: false }
        }
        switch (kind) {
          case frameKinds.reset:
            reset(standing, body)
            break
          case frameKinds.step:
            step(standing, body)
            break
          default:
            return refusal('invalid', `there is no frame of kind ${kind} for an agent to send here`, true)
        }
        return { bytes: standing.frame, final: false }
      } catch (error) {
        if (error instanceof OrreryError) return refusal(error.code, error.message, standing === null)
        throw error
      }
    },
    close() {
      budget.bytesLeft += standing?.bytes ?? 0
      standing = null
    },
  }
}

export function refusal(code: OrreryError['code'], message: string, final: boolean): Answer {
  return { bytes: jsonFrame(frameKinds.error, { code, message, final }), final }
}

export function helloRead(body: Buffer): Hello {
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch {
    throw new OrreryError('invalid', 'a hello is JSON')
  }
  const fault = schemaFault(Hello, value)
  if (fault !== null) throw new OrreryError('invalid', `the hello: ${fault}`)
  const hello = value as Hello // by the schema
  if (hello.protocol !== protocolVersion) {
    throw new OrreryError('invalid', `this speaks protocol ${protocolVersion}, not ${hello.protocol}`)
  }
  return hello
}

function begin(body: Buffer, budget: Budget): [Standing, Uint8Array] {
  const { environment, scenario, overrides, count, autoreset } = helloRead(body)
  const plan = environmentPlan({
    environment,
    ...(scenario === undefined ? {} : { scenario }),
    ...(overrides === undefined ? {} : { overrides }),
  })
  const bytes = plan.bytes(count)
  if (!(bytes <= budget.bytesLeft)) {
    throw new OrreryError(
      'limit',
      `${count} such environments take ${mebibytes(bytes)}, and ${mebibytes(budget.bytesLeft)} are left`,
    )
  }
  const vector = environmentsCreate(plan, count, autoreset, headerBytes)
  budget.bytesLeft -= bytes
  const frame = new Uint8Array(vector.outputs.buffer)
  headerWrite(frame, frame.length - headerBytes, frameKinds.outputs)
  const standing = { vector, actions: new Int32Array(count), frame, bytes }
  return [standing, welcome(plan, vector, frame.length - headerBytes)]
}

function welcome(
  plan: EnvironmentPlan,
  { outputs, autoreset }: EnvironmentVector,
  outputsBytes: number,
): Uint8Array {
  return jsonFrame(frameKinds.welcome, {
    protocol: protocolVersion,
    environment: plan.name,
    scenario: plan.scenario,
    config: plan.config,
    spaces: plan.spaces,
    count: outputs.count,
    autoreset,
    maskStride: outputs.maskStride,
    outputsBytes,
  })
}

function reset({ vector }: Standing, body: Buffer): void {
  const { count } = vector.outputs
  bytesCheck('reset', body, count, resetWords)
  const word = (env: number, at: number) => body.readUInt32LE(4 * (resetWords * env + at))
  for (let env = 0; env < count; env += 1) {
    const mode = word(env, 0)
    if (mode > resetModes.seed) {
      throw new OrreryError(
        'invalid',
        `environment ${env}: there is no way ${mode} to reset, only 0, 1 and 2`,
      )
    }
    if (mode === resetModes.seed && word(env, 2) >= 2 ** 21) {
      throw new OrreryError('invalid', `environment ${env}: a seed is below 2^53`)
    }
  }
  for (let env = 0; env < count; env += 1) {
    const mode = word(env, 0)
    if (mode === resetModes.next) environmentReset(vector, env)
    else if (mode === resetModes.seed) environmentReset(vector, env, word(env, 2) * 2 ** 32 + word(env, 1))
  }
}

function step({ vector, actions }: Standing, body: Buffer): void {
  const { count } = vector.outputs
  bytesCheck('step', body, count, 1)
  // The body need not lie on a whole word.
  new Uint8Array(actions.buffer).set(body)
  const most = vector.rules.spaces.action.count
  for (let env = 0; env < count; env += 1) {
    const action = actions[env] ?? -1
    if (action >= 0 && action < most) continue
    throw new OrreryError('invalid', `environment ${env}: ${action} is no action, they are 0 to ${most - 1}`)
  }
  vectorStep(vector, actions)
}

function bytesCheck(what: string, body: Buffer, count: number, words: number): void {
  const wanted = 4 * words * count
  if (body.length === wanted) return
  throw new OrreryError(
    'invalid',
    `a ${what} of ${count} environments has ${wanted} bytes, not ${body.length}`,
  )
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)} MiB`
}
