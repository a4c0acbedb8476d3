import { Ajv } from 'ajv'
import type { TSchema } from 'typebox'
import { OrreryError } from '@orrery/api/errors.ts'
import type { ProviderCapabilities, ProviderKind } from '@orrery/api/provider.ts'

export type KnownProviderKind = ProviderKind & { configCheck(config: unknown): Record<string, unknown> }

const ajv = new Ajv({ strict: false, useDefaults: true })

/** The kinds of provider by name, each with a check of its config that fills in defaults. */
export function providerKindsMap(
  specs: readonly {
    kind: string
    description: string
    capabilities: ProviderCapabilities
    configSchema: TSchema
    configParse?: (config: unknown) => Record<string, unknown>
  }[],
): ReadonlyMap<string, KnownProviderKind> {
  return new Map(
    specs.map((spec) => {
      const validate = ajv.compile(spec.configSchema)
      const known: KnownProviderKind = {
        kind: spec.kind,
        description: spec.description,
        capabilities: spec.capabilities,
        configSchema: spec.configSchema,
        configCheck(config) {
          if (spec.configParse !== undefined) return spec.configParse(config)
          const filled = structuredClone(config) as Record<string, unknown> // the schema says it is an object
          if (validate(filled)) return filled
          const [error] = validate.errors ?? []
          const path = `config${error?.instancePath.replaceAll('/', '.') ?? ''}`
          throw new OrreryError(
            'invalid',
            `\`${path}\` ${error?.message ?? 'is not valid'} (provider kind ${spec.kind}).`,
            {
              pointer: `/config${error?.instancePath ?? ''}`,
            },
          )
        },
      }
      return [spec.kind, known]
    }),
  )
}
