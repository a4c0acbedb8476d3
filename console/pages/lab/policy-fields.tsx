import { Button, Checkbox, TextInput } from '@mantine/core'
import { type FormEvent, useId, useState } from 'react'
import { policyResolve } from '@orrery/core/policy/policies.ts'
import { PolicyName } from '../../charts/policy-name.tsx'
import type { PolicyOption } from './policy-choice.ts'

type PolicyFieldsProps = {
  options: readonly PolicyOption[]
  chosen: readonly string[]
  inks: ReadonlyMap<string, string>
  /** what is meant when none is chosen */
  none: string | null
  onChange: (names: readonly string[]) => void
}

/** Which policies are let loose on the copy. The order of choosing is the order of the columns. */
export function PolicyFields({ options, chosen, inks, none, onChange }: PolicyFieldsProps) {
  const id = useId()
  const groups = [
    { title: 'Stored policies', of: options.filter(({ stored }) => stored) },
    { title: 'Algorithms', of: options.filter(({ stored }) => !stored) },
  ]
  return (
    <div className="stack" role="group" aria-labelledby={id}>
      <div id={id} className="lab-label">
        Policies, {chosen.length === 0 && none !== null ? none : `${chosen.length} chosen`}
      </div>
      {groups
        .filter(({ of }) => of.length > 0)
        .map(({ title, of }) => (
          <div key={title} className="stack">
            <div className="faint">{title}</div>
            <div className="lab-policies">
              {of.map((option) => {
                const isChosen = chosen.includes(option.name)
                return (
                  <Checkbox
                    key={option.name}
                    size="xs"
                    checked={isChosen}
                    onChange={() =>
                      onChange(
                        isChosen ? chosen.filter((each) => each !== option.name) : [...chosen, option.name],
                      )
                    }
                    label={
                      isChosen ? <PolicyName name={option.name} ink={inks.get(option.name)} /> : option.name
                    }
                    description={`${option.title}${option.active ? ', in charge' : ''}. ${option.description}`}
                  />
                )
              })}
            </div>
          </div>
        ))}
      <Composed onAdd={(name) => onChange([...chosen.filter((each) => each !== name), name])} />
    </div>
  )
}

/** A sum of scores as text is a policy too. */
function Composed({ onAdd }: { onAdd: (name: string) => void }) {
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const add = (event: FormEvent) => {
    event.preventDefault()
    const name = text.trim()
    if (name === '') return
    try {
      policyResolve({ algorithm: name })
      onAdd(name)
      setText('')
      setWrong(null)
    } catch (error) {
      setWrong(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <form className="row lab-composed" onSubmit={add}>
      <TextInput
        label="A sum of scores"
        placeholder="best-fit*0.7+carbon*0.3"
        value={text}
        error={wrong}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit">Add</Button>
    </form>
  )
}
