import type pg from 'pg'
import { copyHeader, copyTrailer, sampleColumns } from './block.ts'

/** What of a pg connection a COPY uses; pg hands it to `submit`. */
type Wire = {
  query(text: string): void
  endCopyFrom(): void
  stream: { cork(): void; uncork(): void; write(data: Buffer): boolean }
}

/**
 * Stores blocks of rows (binary COPY form, see block.ts) in one COPY and one commit. The rows follow the statement without
 * waiting for the server's consent, which saves a round trip: a server that refuses the statement drops them.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY
 */
export function samplesCopy(client: pg.Client, table: string, blocks: readonly Buffer[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const copy = {
      submit(connection: pg.Connection) {
        const wire = connection as unknown as Wire // pg's types leave out what it has for COPY
        wire.stream.cork()
        wire.query(`copy ${table} (${sampleColumns.join(', ')}) from stdin with (format binary)`)
        for (const data of messages([copyHeader, ...blocks, copyTrailer])) {
          wire.stream.write(copyDataHead(data.length))
          wire.stream.write(data)
        }
        wire.endCopyFrom()
        wire.stream.uncork()
      },
      handleCopyInResponse() {},
      handleCommandComplete() {},
      handleReadyForQuery: () => resolve(),
      handleError: (error: unknown) => reject(error instanceof Error ? error : new Error(String(error))),
      callback() {},
    }
    client.query(copy)
  })
}

/** Much goes out as it is; a few rows of their own are cheaper copied than written piece by piece. */
function messages(pieces: readonly Buffer[]): readonly Buffer[] {
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
  return bytes > copiedBytesMax ? pieces : [Buffer.concat(pieces, bytes)]
}
const copiedBytesMax = 64 * 1024

/** The message type `d` and its length, itself included. */
function copyDataHead(bytes: number): Buffer {
  const head = Buffer.allocUnsafe(5)
  head.writeUInt8(0x64, 0)
  head.writeInt32BE(bytes + 4, 1)
  return head
}
