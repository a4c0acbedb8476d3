import type { ReactNode } from 'react'

/** A part of a page that scrolls by itself: reachable by keyboard, which is how one scrolls it without a pointer. */
export function Scroll({
  label,
  className,
  children,
}: {
  label: string
  className: string
  children: ReactNode
}) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region has to take the focus
    <div className={className} tabIndex={0} role="group" aria-label={label}>
      {children}
    </div>
  )
}
