import { Select } from '@mantine/core'
import type { Run } from '@orrery/api/run.ts'
import type { RunLook } from './choice.ts'

type ChosenProps = { run: Run; look: RunLook; onChoose: (key: string, value: string) => void }

/** Which result is looked at, and which beside it. */
export function Chosen({ run, look, onChoose }: ChosenProps) {
  const others = run.policies.filter((policy) => policy !== look.policy)
  return (
    <div className="run-chosen" role="group" aria-label="Result looked at">
      <Select
        label="Result of"
        data={run.policies}
        value={look.policy}
        onChange={(value) => onChoose('policy', value ?? '')}
      />
      {others.length > 0 && (
        <Select
          label="Beside it"
          data={[
            ...others.map((policy) => ({ value: policy, label: policy })),
            { value: 'none', label: 'nothing' },
          ]}
          value={look.beside ?? 'none'}
          onChange={(value) => onChoose('beside', value ?? '')}
        />
      )}
      {run.seeds.length > 1 && (
        <Select
          label="Seed"
          data={run.seeds.map(String)}
          value={String(look.seed)}
          onChange={(value) => onChoose('seed', value ?? '')}
        />
      )}
    </div>
  )
}
