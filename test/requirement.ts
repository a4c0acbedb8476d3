/**
 * What a test needs and a machine may lack. Without it the test is skipped with the reason; where ORRERY_REQUIRE names
 * it (`docker,browser,postgres15,npm,go,python`) the lack is a failure.
 */
export type Requirement = 'docker' | 'browser' | 'postgres15' | 'npm' | 'go' | 'python'

/**
 * @param lack why this machine cannot, or undefined when it can
 * @returns the reason to skip, if there is one
 * @throws when the requirement is demanded and lacking
 */
export function lacking(requirement: Requirement, lack: string | undefined): string | undefined {
  if (lack === undefined) return undefined
  const demanded = (process.env['ORRERY_REQUIRE'] ?? '').split(',').map((name) => name.trim())
  if (demanded.includes(requirement)) throw new Error(`ORRERY_REQUIRE demands ${requirement}: ${lack}`)
  return `${requirement}: ${lack}`
}
