/** Creating under any id: what the original's table would refuse is refused in its database's words. */
import { OrreryError } from '@orrery/api/errors.ts'
import { aliasFind } from '../../verbs/alias/find.ts'
import type { Ctx } from '../../verbs/context.ts'
import { pqTextRefusal } from '../go-text.ts'
import { nameCandidates } from './native-name.ts'
import { Refusal } from './refuse.ts'

const keyIndex = { host: 'prod_hosts_pkey', vm: 'prod_vms_pkey' } as const

/** Tries one name after the other until `create` succeeds. Throws Refusal for an id that exists or cannot be stored. */
export async function createNamed(
  ctx: Ctx,
  kind: 'host' | 'vm',
  id: string,
  create: (name: string) => Promise<unknown>,
): Promise<void> {
  const unstorable = pqTextRefusal(id)
  if (unstorable !== null) throw new Refusal(500, unstorable)
  const names = nameCandidates(id, kind)
  for (const [index, name] of names.entries()) {
    try {
      await create(name)
      return
    } catch (error) {
      const tooLong = rowTooLong(error, kind)
      if (tooLong !== null) throw tooLong
      if (!(error instanceof OrreryError) || error.code !== 'conflict') throw error
      if ((await aliasFind(ctx, { dialect: 'envserver', kind, key: id })) !== null) {
        throw new Refusal(500, `pq: duplicate key value violates unique constraint "${keyIndex[kind]}"`)
      }
      // The name belongs to something that the environment does not show.
      if (index === names.length - 1) throw error
    }
  }
}

/** Our index of ids has two short columns more than the original's: these are their bytes in an index row. */
const moreBytes = 16

/** An id that no index row holds, with the sizes that the original's table would have had. */
function rowTooLong(error: unknown, kind: 'host' | 'vm'): Refusal | null {
  if (!(error instanceof Error && 'code' in error && error.code === '54000')) return null
  const less = (bytes: string) => Number(bytes) - moreBytes
  const overLimit = /^index row size (\d+) exceeds btree version (\d+) maximum (\d+) for index/.exec(
    error.message,
  )
  if (overLimit !== null) {
    const [, size = '', version, max] = overLimit
    return new Refusal(
      500,
      `pq: index row size ${less(size)} exceeds btree version ${version} maximum ${max} for index "${keyIndex[kind]}"`,
    )
  }
  const overPage = /^index row requires (\d+) bytes, maximum size is (\d+)/.exec(error.message)
  if (overPage === null) return null
  return new Refusal(
    500,
    `pq: index row requires ${less(overPage[1] ?? '')} bytes, maximum size is ${overPage[2]}`,
  )
}
