import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

const contentSecurityPolicy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'", // the component library sets style attributes
  "img-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Headers for every answer of this listener; the page's own policy on what it may load. */
export function securityHeaders(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    void reply.header('x-content-type-options', 'nosniff')
    void reply.header('x-frame-options', 'DENY')
    void reply.header('referrer-policy', 'no-referrer')
    if (!request.url.startsWith('/docs')) void reply.header('content-security-policy', contentSecurityPolicy)
    if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store')
  })
}

/** The console's files; any other page address is the console's own and gets its index. False when it is not built. */
export async function consoleServe(app: FastifyInstance, directory: string): Promise<boolean> {
  if (!existsSync(join(directory, 'index.html'))) return false
  await app.register(fastifyStatic, {
    root: directory,
    wildcard: true,
    index: 'index.html',
    setHeaders(response, path) {
      const immutable = path.includes(`${join(directory, 'assets')}`)
      response.header('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  return true
}
