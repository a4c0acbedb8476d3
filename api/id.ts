import { type Static, Type } from 'typebox'

/** Ids are UUIDv7 made in the application: sortable by creation, never reused. The brand keeps nouns apart. */
export type Id<Noun extends string> = string & { readonly __noun: Noun }

const uuidPattern = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'

/** The schema of one noun's id. */
export function idSchema<Noun extends string>(noun: Noun) {
  return Type.Unsafe<Id<Noun>>({ type: 'string', pattern: uuidPattern, description: `id of a ${noun}` })
}

export const SiteId = idSchema('site')
export type SiteId = Id<'site'>
export const NodeId = idSchema('node')
export type NodeId = Id<'node'>
export const WorkloadId = idSchema('workload')
export type WorkloadId = Id<'workload'>
export const ProviderId = idSchema('provider')
export type ProviderId = Id<'provider'>
export const PrincipalId = idSchema('principal')
export type PrincipalId = Id<'principal'>
export const TokenId = idSchema('token')
export type TokenId = Id<'token'>
export const PolicyId = idSchema('policy')
export type PolicyId = Id<'policy'>
export const PlanId = idSchema('plan')
export type PlanId = Id<'plan'>
export const StepId = idSchema('step')
export type StepId = Id<'step'>
export const DecisionId = idSchema('decision')
export type DecisionId = Id<'decision'>
export const OperationId = idSchema('operation')
export type OperationId = Id<'operation'>
export const RunId = idSchema('run')
export type RunId = Id<'run'>
export const AgentId = idSchema('agent')
export type AgentId = Id<'agent'>
export const AgentTurnId = idSchema('agent-turn')
export type AgentTurnId = Id<'agent-turn'>
export const DatasetId = idSchema('dataset')
export type DatasetId = Id<'dataset'>

/** A path parameter that names a thing by its id or, where the noun has one, by its name. */
export const Reference = Type.String({ minLength: 1, maxLength: 253, description: 'id or name' })
export type Reference = Static<typeof Reference>

const uuid = new RegExp(uuidPattern)
export function isUuid(text: string): boolean {
  return uuid.test(text)
}
