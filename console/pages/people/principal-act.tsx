import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type Principal, type Role, type SignInLink, roles } from '@orrery/api/principal.ts'
import { ActDialog } from '../../actions/act-dialog.tsx'

export type PrincipalActName = 'create' | 'invite' | 'role' | 'disabled' | 'delete'
type PrincipalActProps = {
  act: PrincipalActName
  /** null for a new one */
  principal: Principal | null
  onClose: () => void
  onLink: (link: SignInLink) => void
}

export function PrincipalAct({ act, principal, onClose, onLink }: PrincipalActProps) {
  if (principal === null || act === 'create') return <Create onClose={onClose} />
  const { name } = principal
  switch (act) {
    case 'invite':
      return (
        <ActDialog
          title={`Sign-in link for ${name}`}
          operation="principalInvite"
          input={{ ref: name, body: {} }}
          verb="Make the link"
          doing={`make a sign-in link for ${name}`}
          changes={[]}
          says={`Whoever opens it is signed in as ${name}, with the role ${principal.role}.`}
          onClose={onClose}
          onDone={onLink}
        />
      )
    case 'role':
      return <ChangeRole principal={principal} onClose={onClose} />
    case 'disabled':
      return (
        <ActDialog
          title={`${principal.disabled ? 'Enable' : 'Disable'} ${name}`}
          operation="principalUpdate"
          input={{ ref: name, body: { disabled: !principal.disabled } }}
          verb={principal.disabled ? 'Enable' : 'Disable'}
          doing={`change ${name}`}
          changes={[
            {
              what: 'May sign in',
              before: principal.disabled ? 'no' : 'yes',
              after: principal.disabled ? 'yes' : 'no',
            },
          ]}
          says={
            principal.disabled ? 'Its tokens work again.' : 'Its sessions and tokens stop working at once.'
          }
          onClose={onClose}
        />
      )
    case 'delete':
      return (
        <ActDialog
          title={`Delete ${name}`}
          operation="principalDelete"
          input={{ ref: name }}
          verb="Delete"
          doing={`delete ${name}`}
          typeName={name}
          changes={[{ what: 'Person or service', before: principal.role, after: 'gone, with its tokens' }]}
          says="What it did stays in the events."
          onClose={onClose}
        />
      )
  }
}

function Create({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [kind, setKind] = useState<'person' | 'service'>('person')
  const [role, setRole] = useState<Role>('viewer')
  const body = { name: name.trim(), kind, role }
  return (
    <ActDialog
      title="New person or service"
      operation="principalCreate"
      input={body.name === '' ? null : { body }}
      verb="Create"
      doing={`create ${body.name}`}
      changes={
        body.name === ''
          ? []
          : [
              {
                what: kind === 'person' ? 'Person' : 'Service',
                before: 'none',
                after: `${body.name}, ${role}`,
              },
            ]
      }
      onClose={onClose}
    >
      <div className="form-grid">
        <TextInput
          label="Name"
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Select
          label="Kind"
          data={['person', 'service']}
          value={kind}
          onChange={(value) => setKind(value === 'service' ? 'service' : 'person')}
        />
        <RoleSelect value={role} onChange={setRole} />
      </div>
    </ActDialog>
  )
}

function ChangeRole({ principal, onClose }: { principal: Principal; onClose: () => void }) {
  const [role, setRole] = useState<Role>(principal.role)
  const same = role === principal.role
  return (
    <ActDialog
      title={`Role of ${principal.name}`}
      operation="principalUpdate"
      input={same ? null : { ref: principal.name, body: { role } }}
      verb="Change"
      doing={`change the role of ${principal.name}`}
      changes={same ? [] : [{ what: 'Role', before: principal.role, after: role }]}
      onClose={onClose}
    >
      <RoleSelect value={role} onChange={setRole} />
    </ActDialog>
  )
}

export function RoleSelect({ value, onChange }: { value: Role; onChange: (role: Role) => void }) {
  return (
    <Select
      label="Role"
      data={[...roles]}
      value={value}
      onChange={(next) => onChange(roles.find((each) => each === next) ?? value)}
    />
  )
}
