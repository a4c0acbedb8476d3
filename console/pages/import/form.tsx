import { Button, FileInput, NumberInput, Select, Switch, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { ImportCreate } from '@orrery/api/dataset.ts'
import { OrreryError } from '@orrery/api/errors.ts'
import { ActButton } from '../../actions/act-button.tsx'
import { useLive } from '../../live/api.ts'
import { change } from '../../live/call.ts'
import { Failure } from '../../look/failure.tsx'
import { paths } from '../../paths.ts'
import { bytes } from '../../words/quantity.ts'
import { ImportCheck } from './check.tsx'
import { type ImportKind, importBytesMax, importForms } from './kinds.ts'

const importTimeoutMs = 300_000

/** Files are checked first, row by row, and stored only after that. */
export function ImportForm({ off }: { off: string | null }) {
  const { api } = useLive()
  const navigate = useNavigate()
  const [kind, setKind] = useState<ImportKind>('openb')
  const [files, setFiles] = useState<Record<string, File | null>>({})
  const [speed, setSpeed] = useState<number | string>(1000)
  const [load, setLoad] = useState<number | string>('')
  const [workload, setWorkload] = useState('')
  const [strict, setStrict] = useState(false)
  const form = importForms[kind]
  const missing =
    form.files.some((each) => files[each.key] == null) || (kind === 'series' && workload.trim() === '')

  const body = async (): Promise<ImportCreate> => {
    const chosen = form.files.flatMap((each) => {
      const file = files[each.key]
      return file == null ? [] : [[each.key, file] as const]
    })
    const size = chosen.reduce((sum, [, file]) => sum + file.size, 0)
    if (size > importBytesMax) {
      throw new OrreryError(
        'limit',
        `The files are ${bytes(size)}; this page takes ${bytes(importBytesMax)}. Use \`orrery import\`, which has no such limit.`,
      )
    }
    const texts = await Promise.all(chosen.map(async ([key, file]) => [key, await file.text()] as const))
    return {
      kind,
      files: Object.fromEntries(texts),
      fileNames: Object.fromEntries(chosen.map(([key, file]) => [key, file.name])),
      strict,
      ...(kind === 'series' ? { workload: workload.trim() } : {}),
      ...(kind !== 'series' && typeof speed === 'number' ? { speed } : {}),
      ...(kind === 'openb' && typeof load === 'number' ? { load } : {}),
    }
  }
  const check = useMutation({
    mutationFn: async () =>
      await api.call('importCheck', { body: await body() }, { timeoutMs: importTimeoutMs }),
  })
  const start = useMutation({
    mutationFn: async () => await change(api, 'importCreate', { body: await body() }),
    onSuccess: (started) => void navigate(paths.operation(started.operationId)),
  })
  const changed = () => {
    check.reset()
    start.reset()
  }
  return (
    <div className="stack" onChange={changed}>
      <Select
        label="What it is"
        data={Object.entries(importForms).map(([value, each]) => ({ value, label: each.title }))}
        value={kind}
        onChange={(value) => {
          changed()
          setKind((Object.keys(importForms) as ImportKind[]).find((each) => each === value) ?? kind)
        }}
      />
      <p className="quiet">{form.says}</p>
      <div className="form-grid">
        {form.files.map((each) => (
          <FileInput
            key={each.key}
            size="xs"
            label={each.label}
            placeholder="Choose a file"
            clearable
            value={files[each.key] ?? null}
            onChange={(file) => {
              changed()
              setFiles({ ...files, [each.key]: file })
            }}
          />
        ))}
        {kind === 'series' && (
          <TextInput
            label="Workload that follows it"
            value={workload}
            onChange={(event) => setWorkload(event.currentTarget.value)}
          />
        )}
        {kind !== 'series' && (
          <NumberInput
            label="Speed, at most"
            suffix=" × real time"
            min={0.001}
            thousandSeparator=" "
            value={speed}
            onChange={setSpeed}
          />
        )}
        {kind === 'openb' && (
          <NumberInput
            label="Load, as a share of the GPUs"
            placeholder="as the trace is"
            min={0}
            max={10}
            step={0.1}
            value={load}
            onChange={setLoad}
          />
        )}
      </div>
      <Switch
        size="xs"
        label="Refuse the files at the first bad row"
        checked={strict}
        onChange={(event) => setStrict(event.currentTarget.checked)}
      />
      {check.isError && <Failure error={check.error} doing="check the files" />}
      {start.isError && <Failure error={start.error} doing="start the import" />}
      {check.data !== undefined && <ImportCheck check={check.data} />}
      <div className="row">
        <Button disabled={missing} loading={check.isPending} onClick={() => check.mutate()}>
          Check the files
        </Button>
        <ActButton
          variant="filled"
          loading={start.isPending}
          off={
            off ??
            (missing
              ? 'Choose the files first.'
              : check.data === undefined
                ? 'Check the files first: it shows what would be taken and what not.'
                : null)
          }
          onAct={() => start.mutate()}
        >
          Import
        </ActButton>
      </div>
    </div>
  )
}
