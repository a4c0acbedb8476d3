import { Button, type ButtonProps, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'

type ActButtonProps = Omit<ButtonProps, 'disabled'> & {
  /** why it is not possible, or null */
  off: string | null
  onAct: () => void
  children: ReactNode
}

/** A button that, when it is off, says why: it stays reachable by pointer and keyboard. */
export function ActButton({ off, onAct, children, ...rest }: ActButtonProps) {
  if (off === null) {
    return (
      <Button {...rest} onClick={onAct}>
        {children}
      </Button>
    )
  }
  return (
    <Tooltip label={off} events={{ hover: true, focus: true, touch: true }}>
      <Button {...rest} data-disabled aria-disabled title={off} onClick={(event) => event.preventDefault()}>
        {children}
      </Button>
    </Tooltip>
  )
}
