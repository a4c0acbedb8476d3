import { type ReactNode, useId } from 'react'

type PanelProps = {
  title: string
  side?: ReactNode
  children: ReactNode
  flush?: boolean
  className?: string
}

/** A titled part of a page. `flush` lets its content reach the edges, for lists and charts. */
export function Panel({ title, side, children, flush = false, className = '' }: PanelProps) {
  const id = useId()
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{title}</h2>
        {side}
      </div>
      <div className={flush ? '' : 'panel-body'}>{children}</div>
    </section>
  )
}
