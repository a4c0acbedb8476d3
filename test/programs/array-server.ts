/** The reference of a whole list: a bare HTTP server that holds the rows in an array and serialises them for each request. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const { file } = JSON.parse(process.argv[2] ?? '{}') as { file: string }
const rows: unknown = JSON.parse(readFileSync(file, 'utf8'))
const server = createServer((_request, response) => {
  const text = JSON.stringify(rows)
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`)
})
process.stdin.on('end', () => process.exit(0)).resume()
process.on('SIGTERM', () => process.exit(0))
