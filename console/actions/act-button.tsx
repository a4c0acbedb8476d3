import { Button, type ButtonProps, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'

type ActButtonProps = Omit<ButtonProps, 'disabled'> & {
  /** why it is not possible, or null */
  off: string | null
  onAct: () => void
  children: ReactNode
}

/**
 * A button that, when it is off, says why: it stays reachable by pointer and keyboard. On or off it is the same element, so
 * that an act that turns it off leaves the focus where it was.
 */
export function ActButton({ off, onAct, children, ...rest }: ActButtonProps) {
  const whenOff = off === null ? {} : { 'data-disabled': true, 'aria-disabled': true, title: off }
  return (
    <Tooltip label={off} disabled={off === null} events={{ hover: true, focus: true, touch: true }}>
      <Button
        {...rest}
        {...whenOff}
        onClick={(event) => {
          if (off === null) onAct()
          else event.preventDefault()
        }}
      >
        {children}
      </Button>
    </Tooltip>
  )
}
