/** The frame around every page of a signed-in reader. */
import { ActionIcon, Drawer } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconMenu2, IconSearch } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { Outlet, useLocation, useNavigate, useNavigation } from 'react-router'
import { OrreryError } from '@orrery/api/errors.ts'
import { useKeys } from '../keys/keys.tsx'
import { Follow } from '../live/follow.tsx'
import { useHere } from '../live/here.ts'
import { usePreferences } from '../live/preferences.ts'
import { isTimed } from '../live/timed.ts'
import { Failure } from '../look/failure.tsx'
import { Heartbeat } from './heartbeat.tsx'
import { KeyHelp } from './key-help.tsx'
import { nounGroups } from './nouns.ts'
import { Past } from './past.tsx'
import { Rail } from './rail.tsx'
import { useSession } from '../live/session.ts'
import { ShellContext } from './shell-state.ts'
import { SignedOut } from './signed-out.tsx'
import { TimeBar } from './time-bar.tsx'
import { usePalette } from './use-palette.tsx'
import './shell.css'

export function Shell() {
  const session = useSession()
  if (session.error instanceof OrreryError && session.error.code === 'unauthorized') return <SignedOut />
  if (session.isError && session.data === undefined) {
    return (
      <main className="lonely">
        <Failure error={session.error} doing="reach the control plane" again={() => void session.refetch()} />
      </main>
    )
  }
  if (session.data === undefined) return <div className="late lonely" role="status" aria-label="Signing in" />
  return (
    <Follow>
      <Frame />
    </Follow>
  )
}

function Frame() {
  const narrow = useMediaQuery('(max-width: 700px)', false, { getInitialValueInEffect: false })
  const [railOpen, setRailOpen] = useState(false)
  const [keysOpen, setKeysOpen] = useState(false)
  const { palette, showPalette } = usePalette()
  const { density } = usePreferences()
  const { pathname } = useLocation()
  const { link } = useHere()
  const navigate = useNavigate()
  const moving = useNavigation().state !== 'idle'
  const timed = isTimed(pathname)
  useKeys([
    { keys: '?', does: 'Show the keys', run: () => setKeysOpen(true) },
    { keys: 'Mod+k', does: 'Search and commands', run: showPalette },
    ...nounGroups.flatMap((group) =>
      group.nouns.map((noun) => ({
        keys: `g ${noun.key}`,
        does: `Go to ${noun.title}`,
        run: () => void navigate(noun.timed ? link(noun.path) : noun.path),
      })),
    ),
  ])
  const state = useMemo(() => ({ showKeys: () => setKeysOpen(true), showPalette }), [showPalette])
  return (
    <ShellContext value={state}>
      <div className={`shell density-${density}`}>
        <a className="skip" href="#main">
          Skip to the page
        </a>
        {narrow ? (
          <header className="topbar">
            <ActionIcon onClick={() => setRailOpen(true)} aria-label="Open the menu" size={36}>
              <IconMenu2 size={20} />
            </ActionIcon>
            <span className="rail-brand">
              <img src="/icon.svg" width="20" height="20" alt="" /> Orrery
            </span>
            <span className="topbar-side">
              <Heartbeat />
              <ActionIcon onClick={state.showPalette} aria-label="Search and commands" size={36}>
                <IconSearch size={18} />
              </ActionIcon>
            </span>
          </header>
        ) : (
          <Rail onSearch={state.showPalette} />
        )}
        {narrow && (
          <Drawer
            opened={railOpen}
            onClose={() => setRailOpen(false)}
            size={250}
            withCloseButton={false}
            padding={0}
            title={null}
          >
            <Rail onGo={() => setRailOpen(false)} onSearch={state.showPalette} />
          </Drawer>
        )}
        <div className="stage">
          {moving && <div className="moving late" role="status" aria-label="Loading the page" />}
          <Past />
          <main id="main" className="main" tabIndex={-1}>
            <Outlet />
          </main>
          {timed && <TimeBar />}
        </div>
      </div>
      <KeyHelp opened={keysOpen} onClose={() => setKeysOpen(false)} />
      {palette}
    </ShellContext>
  )
}
