import type { FastifyInstance } from 'fastify'
import { SessionCreate, type Session } from '@orrery/api/principal.ts'
import { principalView } from '../verbs/principal/view.ts'
import { sessionCreate } from '../verbs/session/create.ts'
import { sessionDelete } from '../verbs/session/delete.ts'
import { sessionCookie } from './auth.ts'
import { type RoutesOptions, callerOf } from './routes.ts'
import { bodyValidator } from './validate.ts'

const cookieSeconds = 30 * 86_400

/** Signing in by a one-time code, saying who one is, and signing out. */
export function sessionRoutes(app: FastifyInstance, options: RoutesOptions & { secure: boolean }): void {
  const checkBody = bodyValidator(SessionCreate)
  const cookie = {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: options.secure,
    maxAge: cookieSeconds,
  } as const

  app.post(
    '/api/v1/session',
    { config: { rateLimit: { max: 60, timeWindow: 60_000 } } },
    async (request, reply) => {
      checkBody(request.body)
      const { code } = request.body as { code: string } // checked just above
      const { session, secret } = await sessionCreate(options.services, code)
      return reply.code(201).setCookie(sessionCookie, secret, cookie).send(session)
    },
  )

  app.get('/api/v1/session', async (request): Promise<Session> => {
    const { actor, credential } = await callerOf(options.authenticator, request)
    const principal = await principalView(
      { ...options.services, actor: { ...actor, role: 'admin' } },
      actor.id,
    )
    return {
      principal,
      role: actor.role,
      csrfToken: credential.kind === 'session' ? credential.csrf : null,
      expiresAt: credential.expiresAt,
    }
  })

  app.delete('/api/v1/session', async (request, reply) => {
    const { actor, credential } = await callerOf(options.authenticator, request)
    await sessionDelete({ ...options.services, actor }, credential.tokenId)
    options.authenticator.clear()
    return reply.code(204).clearCookie(sessionCookie, { path: '/' }).send()
  })
}
