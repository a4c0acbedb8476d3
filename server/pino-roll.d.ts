/** The part of pino-roll that we use; it carries no types. https://github.com/mcollina/pino-roll */
declare module 'pino-roll' {
  import type { DestinationStream } from 'pino'
  export default function rotating(options: {
    file: string
    size?: string
    frequency?: 'daily' | 'hourly' | number
    limit?: { count: number; removeOtherLogFiles?: boolean }
    mkdir?: boolean
    /** of the files */
    mode?: number
  }): Promise<
    DestinationStream & {
      flush(done: (error?: Error) => void): void
      end(): void
      on(event: 'error', listener: (error: Error) => void): void
      once(event: 'close', listener: () => void): void
    }
  >
}
