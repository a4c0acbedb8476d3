/** What hosts and VMs have in common: looked up by text id, shown one by one and all in a row. */
import type { ServerResponse } from 'node:http'
import { aliasFind } from '../../verbs/alias/find.ts'
import type { Ctx } from '../../verbs/context.ts'
import { json, reply, replyWrite } from '../go-reply.ts'
import { pqTextRefusal } from '../go-text.ts'
import { Refusal } from './refuse.ts'
import type { Side } from './roster.ts'

/** The subject's id, or undefined. Looks in the database once before it says no: another replica may have made it. */
export function subjectOf(
  ctx: Ctx,
  side: Side,
  kind: 'host' | 'vm',
  key: string,
  failureStatus = 500,
): string | Promise<string | undefined> {
  return side.idOf(key) ?? subjectLookedUp(ctx, kind, key, failureStatus)
}

async function subjectLookedUp(
  ctx: Ctx,
  kind: 'host' | 'vm',
  key: string,
  failureStatus: number,
): Promise<string | undefined> {
  const unstorable = pqTextRefusal(key)
  if (unstorable !== null) throw new Refusal(failureStatus, unstorable)
  return (await aliasFind(ctx, { dialect: 'envserver', kind, key })) ?? undefined
}

/** One row; the word `null` when there is none, which is how these clients know. */
export function replyRow(response: ServerResponse, side: Side, id: string | undefined): void {
  reply(response, 200, (id === undefined ? null : side.text(id)) ?? 'null', json)
}

const rowsPerPiece = 1000

/** Every row in the order of state ids; the word `null` when there is none. Long lists go out in pieces. */
export async function replyRows(response: ServerResponse, side: Side): Promise<void> {
  const ids = side.ids()
  let piece = ''
  let rows = 0
  for (let index = 0; index < ids.length; index += 1) {
    const text = side.text(ids[index] ?? '')
    if (text === null) continue // deleted since the list began
    piece += `${rows === 0 ? '[' : ','}${text}`
    rows += 1
    if (rows % rowsPerPiece !== 0) continue
    if (!response.headersSent) response.writeHead(200, { 'Content-Type': json })
    if (!(await replyWrite(response, piece))) return
    piece = ''
  }
  if (rows === 0) reply(response, 200, 'null', json)
  else if (response.headersSent) response.end(`${piece}]`)
  else reply(response, 200, `${piece}]`, json)
}
