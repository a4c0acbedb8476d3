import { type ReactNode, useEffect } from 'react'
import './page.css'

type PageProps = {
  title: string
  /** the way up, for a thing's page */
  up?: ReactNode
  beside?: ReactNode
  actions?: ReactNode
  /** the page fills the window and scrolls inside, as a table does */
  fill?: boolean
  children: ReactNode
}

/** The frame of every page: its title, what it is beside that, and its actions. */
export function Page({ title, up, beside, actions, fill = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Orrery`
  }, [title])
  return (
    <div className={fill ? 'page page-fill' : 'page'}>
      <header className="page-head">
        <div className="page-title">
          {up}
          <h1>{title}</h1>
          {beside}
        </div>
        <div className="row page-actions">{actions}</div>
      </header>
      {children}
    </div>
  )
}
