import type { ReactNode } from 'react'
import { CopyText } from './copy-text.tsx'

type EmptyProps = {
  title: string
  children: ReactNode
  /** what makes the first one in a terminal */ command?: string
  action?: ReactNode
}

/** An empty place that teaches: what this is, one button and one command that make the first one. */
export function Empty({ title, children, command, action }: EmptyProps) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      <p className="quiet">{children}</p>
      {action !== undefined && <div className="row empty-action">{action}</div>}
      {command !== undefined && <CopyText text={command} />}
    </div>
  )
}
