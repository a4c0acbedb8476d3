import { ActionIcon } from '@mantine/core'
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand, IconSearch } from '@tabler/icons-react'
import { NavLink } from 'react-router'
import { preferencesSet, usePreferences } from '../live/preferences.ts'
import { useHere } from '../live/here.ts'
import { Heartbeat } from './heartbeat.tsx'
import { type Noun, nounGroups } from './nouns.ts'
import { ReaderMenu } from './reader-menu.tsx'

/** `onGo` closes the rail where it lies over the page. */
export function Rail({ onGo, onSearch }: { onGo?: () => void; onSearch: () => void }) {
  const { rail } = usePreferences()
  const folded = rail === 'folded' && onGo === undefined
  const fold = folded ? 'Unfold the rail' : 'Fold the rail'
  return (
    <nav className={folded ? 'rail rail-folded' : 'rail'} aria-label="Main">
      <div className="rail-top">
        <span className="rail-brand">
          <img src="/icon.svg" width="22" height="22" alt="" />
          <span className="rail-word">Orrery</span>
        </span>
        {onGo === undefined && (
          <ActionIcon
            onClick={() => preferencesSet({ rail: folded ? 'open' : 'folded' })}
            aria-label={fold}
            title={fold}
            size={24}
          >
            {folded ? <IconLayoutSidebarLeftExpand size={16} /> : <IconLayoutSidebarLeftCollapse size={16} />}
          </ActionIcon>
        )}
      </div>
      <button
        type="button"
        className="rail-search"
        onClick={onSearch}
        aria-label="Search and commands"
        title="Search and commands (Ctrl-K)"
      >
        <IconSearch size={15} />
        <span className="rail-word">Search</span>
        <kbd className="rail-word">Ctrl K</kbd>
      </button>
      <div className="rail-groups">
        {nounGroups.map((group) => (
          <div key={group.title} className="rail-group" role="group" aria-label={group.title}>
            <div className="rail-group-title" aria-hidden="true">
              {group.title}
            </div>
            {group.nouns.map((noun) => (
              <RailLink
                key={noun.path}
                noun={noun}
                folded={folded}
                {...(onGo === undefined ? {} : { onGo })}
              />
            ))}
          </div>
        ))}
      </div>
      <div className="rail-foot">
        <Heartbeat />
        <ReaderMenu />
      </div>
    </nav>
  )
}

function RailLink({ noun, folded, onGo }: { noun: Noun; folded: boolean; onGo?: () => void }) {
  const { link } = useHere()
  return (
    <NavLink
      to={noun.timed ? link(noun.path) : noun.path}
      end={noun.path === '/'}
      className={({ isActive }) => (isActive ? 'rail-link rail-here' : 'rail-link')}
      {...(folded ? { title: noun.title, 'aria-label': noun.title } : {})}
      {...(onGo === undefined ? {} : { onClick: onGo })}
    >
      <noun.icon size={17} stroke={1.6} aria-hidden="true" />
      <span className="rail-word">{noun.title}</span>
    </NavLink>
  )
}
