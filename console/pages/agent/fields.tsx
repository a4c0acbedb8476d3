import { Select, TextInput } from '@mantine/core'
import { type Agent, agentModes } from '@orrery/api/agent.ts'
import { modeWords } from './words.ts'

type ModeSelectProps = { value: Agent['mode']; onChange: (mode: Agent['mode']) => void }

export function ModeSelect({ value, onChange }: ModeSelectProps) {
  return (
    <Select
      label="Mode"
      data={agentModes.map((mode) => ({ value: mode, label: `${mode}: ${modeWords[mode]}` }))}
      value={value}
      onChange={(next) => onChange(agentModes.find((mode) => mode === next) ?? value)}
    />
  )
}

export function UrlInput({ value, onChange }: { value: string; onChange: (url: string) => void }) {
  return (
    <TextInput
      label="ML server"
      description="http://HOST:PORT, whose /api/place Orrery asks; empty where the agent asks by itself"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
