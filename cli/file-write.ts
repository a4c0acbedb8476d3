import { randomUUID } from 'node:crypto'
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { OrreryError } from '@orrery/api/errors.ts'

type Lines = () => AsyncGenerator<string>

/** Writes a file that appears when it is complete; what was there under the name stays until then. */
export async function fileWrite(file: string, lines: Lines, signal: AbortSignal): Promise<void> {
  const target = await targetFind(file)
  // A pipe or a device is written to, never replaced.
  if (target.kind === 'other') {
    await allWritten(await opened(target.path, 'w', file), file, lines, signal)
    return
  }
  const aside = `${target.path}.${randomUUID().slice(0, 8)}.part`
  const output = await opened(aside, 'wx', file)
  try {
    // As readable as the file that it replaces.
    if (target.mode !== null) await output.chmod(target.mode)
    await allWritten(output, file, lines, signal)
    await rename(aside, target.path)
  } catch (error) {
    await output.close()
    await rm(aside, { force: true })
    throw error
  }
}

async function allWritten(
  output: FileHandle,
  file: string,
  lines: Lines,
  signal: AbortSignal,
): Promise<void> {
  try {
    await pipeline(lines, output.createWriteStream(), { signal })
  } catch (error) {
    // A full disk is no fault of this program; what the lines themselves throw is told as it is.
    if ((error as NodeJS.ErrnoException).syscall !== 'write') throw error
    const { message } = error as Error
    throw new OrreryError('internal', `${file} could not be written: ${message}`, {
      cause: error,
      status: 507,
    })
  }
}

type Target = { kind: 'file'; path: string; mode: number | null } | { kind: 'other'; path: string }

async function targetFind(file: string): Promise<Target> {
  try {
    const path = await realpath(file)
    const found = await stat(path)
    if (found.isDirectory()) throw new OrreryError('invalid', `${file} is a folder: name a file in it`)
    return found.isFile() ? { kind: 'file', path, mode: found.mode & 0o777 } : { kind: 'other', path }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'file', path: file, mode: null }
    throw refusal(error, file)
  }
}

async function opened(path: string, flags: string, file: string): Promise<FileHandle> {
  try {
    return await open(path, flags)
  } catch (error) {
    throw refusal(error, file)
  }
}

function refusal(error: unknown, file: string): OrreryError {
  if (error instanceof OrreryError) return error
  const why = error instanceof Error ? error.message : String(error)
  return new OrreryError('invalid', `${file} cannot be written: ${why}`, { cause: error })
}
