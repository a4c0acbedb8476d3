import { Button, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import type { InputOf, OperationName, OutputOf } from '@orrery/api/operations.ts'
import { useChange } from '../live/call.ts'
import { CopyText } from '../look/copy-text.tsx'
import { Dialog } from '../look/dialog.tsx'
import { Failure } from '../look/failure.tsx'
import { asCommand } from '../words/command.ts'
import { type Change, Changes } from './changes.tsx'
import './actions.css'

type ActDialogProps<K extends OperationName> = {
  title: string
  operation: K
  /** null while the form is not complete */
  input: InputOf<K> | null
  /** the button: `Drain` */
  verb: string
  /** for failures: `drain node edge-1` */
  doing: string
  changes: readonly Change[]
  says?: ReactNode
  /** cannot be undone: this must be typed first */
  typeName?: string
  /** why it cannot be sent yet */
  wrong?: string | null
  danger?: boolean
  children?: ReactNode
  onClose: () => void
  onDone?: (output: OutputOf<K>) => void
}

/** Every change of the world goes through here: what will change, the same as a command, and what went wrong. */
export function ActDialog<K extends OperationName>(props: ActDialogProps<K>) {
  const { operation, input, typeName, onClose } = props
  const change = useChange(operation)
  const [typed, setTyped] = useState('')
  const sure = typeName === undefined || typed === typeName
  const ready = input !== null && sure && props.wrong == null && !change.isPending
  const { isError, reset } = change
  const asked = JSON.stringify(input)
  const refused = useRef(asked)
  useEffect(() => {
    // What went wrong was said of another input.
    if (isError && refused.current !== asked) reset()
  }, [isError, reset, asked])
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!ready || input === null) return
    refused.current = asked
    change.mutate(input, {
      onSuccess: (output) => {
        notifications.show({ message: `Done: ${props.doing}` })
        onClose()
        props.onDone?.(output)
      },
    })
  }
  return (
    <Dialog onClose={onClose} title={props.title} size="lg">
      <form className="stack" onSubmit={send} noValidate>
        {props.children}
        {props.says !== undefined && <p>{props.says}</p>}
        {props.changes.length > 0 && <Changes changes={props.changes} />}
        {typeName !== undefined && (
          <TextInput
            label={
              <>
                This cannot be undone. Type the name, <code>{typeName}</code>
              </>
            }
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            data-autofocus
          />
        )}
        {props.wrong != null && <p className="act-wrong">{props.wrong}</p>}
        {change.isError && <Failure error={change.error} doing={props.doing} />}
        {input !== null && (
          <div className="act-command">
            <span className="faint">The same in a terminal</span>
            <CopyText text={asCommand(operation, input)} />
          </div>
        )}
        <div className="row dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="filled"
            loading={change.isPending}
            disabled={!ready}
            {...(props.danger === true || typeName !== undefined ? { color: 'red' } : {})}
          >
            {props.verb}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
