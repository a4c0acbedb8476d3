export type Closer = () => unknown

/** Closes what was opened, the last first, each once and all of them; throws at the end what did not close cleanly. */
export async function closeAll(closers: Closer[]): Promise<void> {
  const failures: unknown[] = []
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
    try {
      await close()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, 'Some parts of the server did not close cleanly.')
}
