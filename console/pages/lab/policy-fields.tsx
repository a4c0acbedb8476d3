import { Checkbox } from '@mantine/core'
import { useId } from 'react'
import { PolicyName } from '../../charts/policy-name.tsx'
import type { PolicyOption } from './policy-choice.ts'

type PolicyFieldsProps = {
  options: readonly PolicyOption[]
  chosen: readonly string[]
  inks: ReadonlyMap<string, string>
  onChange: (names: readonly string[]) => void
}

/** Which policies are let loose on the copy. The order of choosing is the order of the columns. */
export function PolicyFields({ options, chosen, inks, onChange }: PolicyFieldsProps) {
  const id = useId()
  const groups = [
    { title: 'Stored policies', of: options.filter(({ stored }) => stored) },
    { title: 'Algorithms', of: options.filter(({ stored }) => !stored) },
  ]
  return (
    <div className="stack" role="group" aria-labelledby={id}>
      <div id={id} className="lab-label">
        Policies, {chosen.length} chosen
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
    </div>
  )
}
