/**
 * Who a process is. A pid alone is not enough: it may be given to another process later, so a process is
 * named by its pid and the instant it started. Linux reads /proc, other systems ask `ps`.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** `started` is opaque: equal strings for one pid mean the same process. */
export type ProcessName = { pid: number; started: string }

/** The process that has this pid now, or undefined when there is none (a zombie has ended too). */
export function processView(pid: number): ProcessName | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined
  const started = process.platform === 'linux' ? startedLinux(pid) : startedPs(pid)
  return started === undefined ? undefined : { pid, started }
}

/** Whether exactly this process still runs. */
export function processRuns(name: ProcessName): boolean {
  return processView(name.pid)?.started === name.started
}

/** The command line of a process, its arguments apart where the system keeps them apart. */
export function processCommand(pid: number): string[] | undefined {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return ps(pid, 'command=').trim().split(' ')
  } catch {
    return undefined
  }
}

/** Sends a signal; a process that has ended meanwhile is no error. */
export function processSignal(name: ProcessName, signal: NodeJS.Signals): void {
  if (!processRuns(name)) return
  try {
    process.kill(name.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

let bootId: string | undefined

function startedLinux(pid: number): string | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  // The second field is the program's name in parentheses and may hold spaces and parentheses itself:
  // count from the last one. State is field 3, start time (ticks since boot) field 22: proc_pid_stat(5).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const state = fields[0]
  if (state === 'Z' || state === 'X') return undefined
  // Ticks count from boot, and a container's pids repeat: after a reboot the same pair may come again.
  bootId ??= bootIdRead()
  return `${bootId}:${fields[19]}`
}

function bootIdRead(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return 'unknown-boot'
  }
}

function startedPs(pid: number): string | undefined {
  try {
    const line = ps(pid, 'stat=,lstart=').trim()
    return line === '' || line.startsWith('Z') ? undefined : line.slice(line.indexOf(' ')).trim()
  } catch {
    return undefined
  }
}

function ps(pid: number, columns: string): string {
  return execFileSync('ps', ['-ww', '-o', columns, '-p', String(pid)], {
    encoding: 'utf8',
    timeout: 5_000,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}
