/**
 * The reference of single POSTs: a bare HTTP server with a pool, which checks nothing, stores each sample with one INSERT
 * of its own, and answers when that has committed. The INSERT is sent as node-postgres sends one, or, for comparison,
 * prepared once on each connection. `{"connectionString":…,"connections":16,"prepared":false}`
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'

type Metric = { timestamp: string } & Record<(typeof fields)[number], number>
const fields = ['cpu', 'memory', 'disk_read', 'disk_write', 'netrx', 'nettx', 'energy_usage'] as const

const { connectionString, connections, prepared } = JSON.parse(process.argv[2] ?? '{}') as {
  connectionString: string
  connections: number
  prepared: boolean
}
// While another server has its turn, the database has no room for connections that wait.
const pool = new pg.Pool({ connectionString, max: connections, idleTimeoutMillis: 1_000 })
const hosts = new Map<string, string>()
const { rows } = await pool.query<{ key: string; subject_id: string }>(
  `select key, subject_id from alias where dialect = 'envserver' and kind = 'host' and released_at is null`,
)
for (const row of rows) hosts.set(row.key, row.subject_id)

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const host = hosts.get(new URL(request.url ?? '', 'http://localhost').searchParams.get('id') ?? '')
    const metric = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Metric
    pool
      .query({
        ...(prepared ? { name: 'insert' } : {}),
        text: `insert into sample (subject_id, ts, cpu, memory, disk_read, disk_write, net_rx, net_tx, power, cpu_reported)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        values: [host, metric.timestamp, ...fields.map((field) => metric[field]), metric.cpu],
      })
      .then(
        () => response.writeHead(200, { 'content-length': 0 }).end(),
        (error: unknown) => response.writeHead(500).end(String(error)),
      )
  })
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`)
})
process.stdin.on('end', () => process.exit(0)).resume()
process.on('SIGTERM', () => process.exit(0))
