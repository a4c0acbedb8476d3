import { ListQuery, page } from '../page.ts'
import {
  Principal,
  PrincipalCreate,
  PrincipalUpdate,
  Session,
  SessionCreate,
  SignInLink,
  Token,
  TokenCreate,
  TokenCreated,
} from '../principal.ts'
import { strict } from '../scalar.ts'
import { Type } from 'typebox'
import { type OperationSpec, Nothing, nounCrud } from './spec.ts'

const principal = nounCrud(
  'principal',
  'principals',
  {
    item: Principal,
    create: PrincipalCreate,
    update: PrincipalUpdate,
    listQuery: ListQuery,
    viewQuery: Type.Object({}, strict),
  },
  'admin',
)

/** Who may: principals, tokens, sessions. */
export const accessOperations = {
  principalList: principal.list,
  principalView: principal.view,
  principalCreate: principal.create,
  principalUpdate: principal.update,
  principalDelete: principal.delete,
  principalInvite: {
    method: 'POST',
    path: '/principals/{ref}/invite',
    summary: 'A new one-time sign-in link for a principal',
    tag: 'principals',
    role: 'admin',
    body: Type.Object(
      { expiresInSeconds: Type.Optional(Type.Integer({ minimum: 60, maximum: 30 * 86_400 })) },
      strict,
    ),
    response: SignInLink,
    status: 201,
  },

  tokenList: {
    method: 'GET',
    path: '/tokens',
    summary: 'One’s own tokens; an admin sees all',
    tag: 'tokens',
    role: 'viewer',
    query: ListQuery,
    response: page(Token),
    status: 200,
  },
  tokenCreate: {
    method: 'POST',
    path: '/tokens',
    summary: 'Create a token; its secret is shown once',
    tag: 'tokens',
    role: 'viewer',
    body: TokenCreate,
    response: TokenCreated,
    status: 201,
  },
  tokenDelete: {
    method: 'DELETE',
    path: '/tokens/{ref}',
    summary: 'Revoke a token',
    tag: 'tokens',
    role: 'viewer',
    response: Nothing,
    status: 204,
  },

  sessionCreate: {
    method: 'POST',
    path: '/session',
    summary: 'Exchange a sign-in code for a session cookie',
    tag: 'session',
    role: null,
    body: SessionCreate,
    response: Session,
    status: 201,
    keyless: true,
  },
  sessionView: {
    method: 'GET',
    path: '/session',
    summary: 'Who is calling',
    tag: 'session',
    role: 'viewer',
    response: Session,
    status: 200,
  },
  sessionDelete: {
    method: 'DELETE',
    path: '/session',
    summary: 'Sign out',
    tag: 'session',
    role: 'viewer',
    response: Nothing,
    status: 204,
  },
} as const satisfies Record<string, OperationSpec>
