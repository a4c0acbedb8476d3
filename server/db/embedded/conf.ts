/**
 * The settings of the embedded server, for a small machine (two cores, a few GiB) that it shares with us.
 * They are rewritten at every start; what the owner of the machine sets with ALTER SYSTEM comes after and wins.
 */
import { totalmem } from 'node:os'

const mebibyte = 1 << 20

/** Where the server listens: a port of 127.0.0.1, and a socket in a folder of ours unless that cannot be. */
export type Address = { port: number; socketDir: string | undefined }

/** The text of `orrery.conf`. */
export function confText({ port, socketDir }: Address): string {
  const memoryMiB = Math.floor(totalmem() / mebibyte)
  const settings: Record<string, string | number> = {
    listen_addresses: "'127.0.0.1'",
    port,
    // A comma would separate two folders; doubled double quotes keep the path one.
    unix_socket_directories: quote(socketDir === undefined ? '' : `"${socketDir.replaceAll('"', '""')}"`),
    unix_socket_permissions: '0700',
    max_connections: 100,
    max_worker_processes: 4,
    max_parallel_workers: 2,
    max_parallel_workers_per_gather: 1,
    max_parallel_maintenance_workers: 1,
    shared_buffers: `${clamp(Math.floor(memoryMiB / 16), 64, 256)}MB`,
    effective_cache_size: `${Math.max(256, Math.floor(memoryMiB / 4))}MB`,
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    // An acknowledged write survives kill -9 of anything and a power cut.
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    // Nobody replicates from here; minimal WAL makes a restore into new tables cheap.
    wal_level: 'minimal',
    max_wal_senders: 0,
    wal_buffers: '16MB',
    min_wal_size: '128MB',
    max_wal_size: '1GB',
    checkpoint_timeout: '10min',
    checkpoint_completion_target: 0.9,
    // Two cores: worker processes for reads cost more than they hide.
    io_method: 'sync',
    random_page_cost: 1.1,
    jit: 'off',
    autovacuum_max_workers: 2,
    autovacuum_naptime: '20s',
    autovacuum_vacuum_cost_limit: 1000,
    max_locks_per_transaction: 256,
    // A statement whose client died stops by itself instead of running to its end.
    client_connection_check_interval: '1s',
    timezone: "'UTC'",
    // Errors of statements go to their client. Here they would fill the disk, and they may quote secrets.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    log_timezone: "'UTC'",
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`)
  return ['# Rewritten at every start. Use ALTER SYSTEM for your own settings.', ...lines, ''].join('\n')
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
