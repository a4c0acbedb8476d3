import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { OutputOf } from '@orrery/api/operations.ts'
import type { Role, Token } from '@orrery/api/principal.ts'
import { ActButton } from '../../actions/act-button.tsx'
import { ActDialog } from '../../actions/act-dialog.tsx'
import { useCall } from '../../live/call.ts'
import { useNow } from '../../live/now.ts'
import { useSession } from '../../live/session.ts'
import { Empty } from '../../look/empty.tsx'
import { Failure } from '../../look/failure.tsx'
import { Panel } from '../../look/panel.tsx'
import { SmallTable, hiddenWord } from '../../look/small-table.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { Badge } from '../../state/badge.tsx'
import { Instant } from '../../state/instant.tsx'
import type { Tone } from '../../state/tone.ts'
import { RoleSelect } from './principal-act.tsx'
import { Secret } from './secret.tsx'

export function Tokens() {
  const found = useCall('tokenList', { query: { limit: 1000, sort: '-createdAt' } })
  const now = useNow()
  const [creating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<Token | null>(null)
  const [created, setCreated] = useState<OutputOf<'tokenCreate'> | null>(null)
  const tokens = found.data?.items ?? []
  const create = (
    <ActButton off={null} variant="filled" onAct={() => setCreating(true)}>
      New token
    </ActButton>
  )
  return (
    <Panel title="Tokens, sessions and sign-in links" flush side={create}>
      {found.isError && found.data === undefined ? (
        <div className="panel-body">
          <Failure error={found.error} doing="list the tokens" again={() => void found.refetch()} />
        </div>
      ) : found.isPending ? (
        <Waiting lines={3} />
      ) : tokens.length === 0 ? (
        <Empty title="No tokens yet" command="orrery token create --name laptop">
          A token lets a program speak for you. It is shown once; only its hash is kept.
        </Empty>
      ) : (
        <SmallTable
          label="Tokens"
          heads={[
            'Name',
            'Of',
            'Kind',
            'Role',
            'State',
            'Created',
            'Last used',
            'Expires',
            hiddenWord('Actions'),
          ]}
          rows={tokens.map((token) => {
            const state = tokenState(token, now)
            return {
              key: token.id,
              cells: [
                <strong key="name">{token.name}</strong>,
                token.principalName,
                token.kind,
                token.role,
                <Badge key="state" tone={state.tone} word={state.word} />,
                <Instant key="created" at={token.createdAt} />,
                <Instant key="used" at={token.lastUsedAt} />,
                token.expiresAt === null ? 'never' : <Instant key="expires" at={token.expiresAt} />,
                <ActButton
                  key="revoke"
                  size="compact-xs"
                  color="red"
                  variant="light"
                  off={state.word === 'valid' ? null : `It is ${state.word} already.`}
                  onAct={() => setRevoking(token)}
                >
                  Revoke
                </ActButton>,
              ],
            }
          })}
        />
      )}
      {creating && <CreateToken onClose={() => setCreating(false)} onDone={setCreated} />}
      {created !== null && (
        <Secret
          title={`The token ${created.token.name}`}
          says="Send it as Authorization: Bearer TOKEN."
          secret={created.secret}
          expiresAt={created.token.expiresAt}
          onClose={() => setCreated(null)}
        />
      )}
      {revoking !== null && (
        <ActDialog
          title={`Revoke ${revoking.name}`}
          operation="tokenDelete"
          input={{ ref: revoking.id }}
          verb="Revoke"
          danger
          doing={`revoke the token ${revoking.name}`}
          changes={[{ what: `Token of ${revoking.principalName}`, before: 'valid', after: 'revoked' }]}
          says="Whatever uses it is refused at once."
          onClose={() => setRevoking(null)}
        />
      )}
    </Panel>
  )
}

function tokenState(token: Token, nowMs: number): { tone: Tone; word: string } {
  if (token.revokedAt !== null) return { tone: 'idle', word: 'revoked' }
  if (token.expiresAt !== null && Date.parse(token.expiresAt) < nowMs)
    return { tone: 'idle', word: 'expired' }
  return { tone: 'running', word: 'valid' }
}

const day = 86_400
const lives = [
  { value: String(day), label: 'one day' },
  { value: String(30 * day), label: '30 days' },
  { value: String(365 * day), label: 'one year' },
  { value: 'never', label: 'it does not expire' },
]

function CreateToken({
  onClose,
  onDone,
}: {
  onClose: () => void
  onDone: (created: OutputOf<'tokenCreate'>) => void
}) {
  const session = useSession()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>(session.data?.role ?? 'viewer')
  const [life, setLife] = useState(String(30 * day))
  const body = { name: name.trim(), role, expiresInSeconds: life === 'never' ? null : Number(life) }
  return (
    <ActDialog
      title="New token"
      operation="tokenCreate"
      input={body.name === '' ? null : { body }}
      verb="Create"
      doing={`create the token ${body.name}`}
      changes={body.name === '' ? [] : [{ what: 'Token', before: 'none', after: `${body.name}, ${role}` }]}
      says="A token can do at most what you can."
      onClose={onClose}
      onDone={onDone}
    >
      <div className="form-grid">
        <TextInput
          label="Name"
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <RoleSelect value={role} onChange={setRole} />
        <Select label="Works for" data={lives} value={life} onChange={(value) => setLife(value ?? life)} />
      </div>
    </ActDialog>
  )
}
