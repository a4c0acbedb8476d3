/**
 * The rows of `COPY … TO STDOUT (FORMAT binary)`, read as they come: nothing is kept but what the reader keeps.
 * https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-BINARY
 */
import type pg from 'pg'

/** What of a pg connection a COPY uses; pg hands it to `submit`. */
type Wire = { query(text: string): void }

/** Reads the fields of one row in their order. */
export type RowReader = {
  /** Where in `bytes` the 16 bytes of an id begin, -1: null. They are there only until the next row. */
  uuid(): number
  readonly bytes: Buffer
  float8(): number
  int8(): number
  text(): string | null
}

const headerBytes = 19 // signature 11, flags 4, length of the extension 4 (always zero)

export function copyOut(
  client: pg.Client,
  statement: string,
  row: (fields: RowReader) => void,
): Promise<void> {
  const fields = rowReader()
  let begun = false
  let fault: unknown = null
  return new Promise((resolve, reject) => {
    const copy = {
      submit: (connection: pg.Connection) => {
        const wire = connection as unknown as Wire // pg's types leave out what it has for COPY
        wire.query(`copy (${statement}) to stdout with (format binary)`)
      },
      handleCopyOutResponse() {},
      handleCopyData({ chunk }: { chunk: Buffer }) {
        let at = 0
        if (!begun) {
          begun = true
          at = headerBytes + chunk.readInt32BE(headerBytes - 4)
        }
        // The server sends a message a row; the protocol does not promise it, but a row is never split.
        while (fault === null && at < chunk.length) {
          const count = chunk.readInt16BE(at)
          if (count < 0) return
          fields.start(chunk, at + 2)
          try {
            row(fields)
          } catch (error) {
            // The rest of the rows still comes; then the caller hears of it.
            fault = error
          }
          at = fields.end(count)
        }
      },
      handleCommandComplete() {},
      handleReadyForQuery: () => (fault === null ? resolve() : reject(toError(fault))),
      handleError: (error: unknown) => reject(toError(error)),
      callback() {},
    }
    client.query(copy)
  })
}

const toError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)))

function rowReader(): RowReader & { start(chunk: Buffer, at: number): void; end(count: number): number } {
  let buffer: Buffer = Buffer.alloc(0)
  let next = 0
  let read = 0
  /** The length of the field that comes next, -1: null. Moves on to its first byte. */
  function length(): number {
    const bytes = buffer.readInt32BE(next)
    next += 4
    read += 1
    return bytes
  }
  function bytes(wanted: number): number {
    const given = length()
    if (given !== wanted) throw new Error(`a field has ${given} bytes where ${wanted} were asked for`)
    const at = next
    next += given
    return at
  }
  return {
    start(chunk, at) {
      buffer = chunk
      next = at
      read = 0
    },
    end(count) {
      for (; read < count;) {
        const skipped = length()
        next += Math.max(0, skipped)
      }
      return next
    },
    uuid() {
      if (buffer.readInt32BE(next) >= 0) return bytes(16)
      return length()
    },
    get bytes() {
      return buffer
    },
    float8: () => buffer.readDoubleBE(bytes(8)),
    // Bytes and counts stay below 2^53 by the API's own limits.
    int8() {
      const at = bytes(8)
      return buffer.readInt32BE(at) * 2 ** 32 + buffer.readUInt32BE(at + 4)
    },
    text() {
      const given = length()
      if (given < 0) return null
      const at = next
      next += given
      return buffer.toString('utf8', at, next)
    },
  }
}
