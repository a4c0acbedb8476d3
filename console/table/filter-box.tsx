import { Autocomplete } from '@mantine/core'
import { IconFilter } from '@tabler/icons-react'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { filterParse } from '@orrery/core/filter.ts'
import { errorWords } from '../words/error.ts'
import type { Field } from './column.ts'
import { filterCompletions } from './complete.ts'

const settleMs = 200

type FilterBoxProps = {
  value: string
  onChange: (filter: string) => void
  fields: readonly Field[]
  label: string
  example: string
  inputRef?: RefObject<HTMLInputElement | null>
}

/** Text that only reaches the list while it can be read as a filter; otherwise it says what is wrong with it. */
export function FilterBox({ value, onChange, fields, label, example, inputRef }: FilterBoxProps) {
  const [text, setText] = useState(value)
  const [given, setGiven] = useState(value)
  const settle = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(settle.current), [])
  // The address changed by other means: a link, or the way back.
  if (value !== given) {
    setGiven(value)
    setText(value)
  }
  const wrong = faultOf(text)
  const change = (next: string) => {
    setText(next)
    clearTimeout(settle.current)
    if (faultOf(next) !== null) return
    settle.current = setTimeout(() => {
      setGiven(next.trim())
      onChange(next.trim())
    }, settleMs)
  }
  return (
    <Autocomplete
      className="filter-box"
      ref={inputRef ?? null}
      size="xs"
      aria-label={label}
      placeholder={example}
      leftSection={<IconFilter size={14} aria-hidden="true" />}
      value={text}
      onChange={change}
      data={filterCompletions(text, fields)}
      filter={({ options }) => options}
      error={wrong}
      spellCheck={false}
      clearable
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
    />
  )
}

function faultOf(text: string): string | null {
  try {
    filterParse(text)
    return null
  } catch (error) {
    return errorWords(error).message.replace(/^filter, /, '')
  }
}
