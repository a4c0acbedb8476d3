import { useState } from 'react'
import type { Principal, SignInLink } from '@orrery/api/principal.ts'
import { ActButton } from '../../actions/act-button.tsx'
import { useActsOff } from '../../actions/acts-off.ts'
import { useCall } from '../../live/call.ts'
import { Failure } from '../../look/failure.tsx'
import { Panel } from '../../look/panel.tsx'
import { SmallTable, hiddenWord } from '../../look/small-table.tsx'
import { Waiting } from '../../look/waiting.tsx'
import { Badge } from '../../state/badge.tsx'
import { Instant } from '../../state/instant.tsx'
import { type PrincipalActName, PrincipalAct } from './principal-act.tsx'
import { Secret } from './secret.tsx'

type Act = { name: PrincipalActName; principal: Principal | null }

export function Principals() {
  const off = useActsOff('admin')
  const found = useCall('principalList', { query: { limit: 1000 } })
  const [act, setAct] = useState<Act | null>(null)
  const [link, setLink] = useState<SignInLink | null>(null)
  const principals = found.data?.items ?? []
  return (
    <Panel
      title="People and services"
      flush
      side={
        <ActButton variant="filled" off={off} onAct={() => setAct({ name: 'create', principal: null })}>
          New person or service
        </ActButton>
      }
    >
      {found.isError && found.data === undefined ? (
        <div className="panel-body">
          <Failure error={found.error} doing="list the people" again={() => void found.refetch()} />
        </div>
      ) : found.isPending ? (
        <Waiting lines={3} />
      ) : (
        <SmallTable
          label="People and services"
          heads={['Name', 'Kind', 'Role', 'May sign in', 'Last seen', 'Created', hiddenWord('Actions')]}
          rows={principals.map((each) => {
            const system = each.kind === 'system' ? 'It is a part of the server itself.' : null
            const ask = (name: PrincipalActName) => () => setAct({ name, principal: each })
            return {
              key: each.id,
              cells: [
                <strong key="name">{each.name}</strong>,
                each.kind,
                each.role,
                <Badge
                  key="disabled"
                  tone={each.disabled ? 'idle' : 'running'}
                  word={each.disabled ? 'disabled' : 'yes'}
                />,
                <Instant key="seen" at={each.lastSeenAt} />,
                <Instant key="created" at={each.createdAt} />,
                <span key="acts" className="row">
                  <ActButton
                    size="compact-xs"
                    off={off ?? system ?? (each.disabled ? 'It is disabled.' : null)}
                    onAct={ask('invite')}
                  >
                    Sign-in link
                  </ActButton>
                  <ActButton size="compact-xs" off={off ?? system} onAct={ask('role')}>
                    Role
                  </ActButton>
                  <ActButton size="compact-xs" off={off ?? system} onAct={ask('disabled')}>
                    {each.disabled ? 'Enable' : 'Disable'}
                  </ActButton>
                  <ActButton
                    size="compact-xs"
                    color="red"
                    variant="light"
                    off={off ?? system}
                    onAct={ask('delete')}
                  >
                    Delete
                  </ActButton>
                </span>,
              ],
            }
          })}
        />
      )}
      {act !== null && (
        <PrincipalAct
          act={act.name}
          principal={act.principal}
          onClose={() => setAct(null)}
          onLink={setLink}
        />
      )}
      {link !== null && (
        <Secret
          title="A one-time sign-in link"
          says="It signs one browser in, once. Send it over a channel you trust."
          secret={link.url}
          expiresAt={link.expiresAt}
          onClose={() => setLink(null)}
        />
      )}
    </Panel>
  )
}
