/** A facade on a port of its own, over a context on a schema of its own. */
import type { Facade, FacadeOptions } from '@orrery/server/facades/facade.ts'
import { type TestCtx, testCtx } from './server.ts'
import { type Answer, type Ask, ask, seen } from './wire.ts'

export type TestFacade = {
  ctx: TestCtx
  url: string
  ask(method: string, path: string, what?: Ask): Promise<Answer>
  /** status, content type and body */
  see(method: string, path: string, body?: string): Promise<ReturnType<typeof seen>>
  close(): Promise<void>
}

type Choice = Partial<Pick<FacadeOptions, 'mode' | 'authenticate' | 'env'>>

export async function testFacade(facade: Facade, choice: Choice = {}, given?: TestCtx): Promise<TestFacade> {
  const ctx = given ?? (await testCtx())
  const running = await facade.open({
    services: ctx.services,
    listen: { host: '127.0.0.1', port: 0 },
    mode: 'open',
    authenticate: async () => null,
    log: ctx.log,
    env: {},
    ...choice,
  })
  return {
    ctx,
    url: running.url,
    ask: (method, path, what) => ask(running.url, method, path, what),
    see: async (method, path, body) =>
      seen(await ask(running.url, method, path, body === undefined ? {} : { body })),
    async close() {
      await running.close()
      if (given === undefined) await ctx.close()
    },
  }
}
