import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { IconKeyboard, IconLogout, IconUserCircle } from '@tabler/icons-react'
import { useNavigate } from 'react-router'
import { useLive } from '../live/api.ts'
import { preferencesSet, usePreferences } from '../live/preferences.ts'
import { paths } from '../paths.ts'
import { useSession } from '../live/session.ts'
import { useShell } from './shell-state.ts'

/** Who is signed in, how they like it to look, and the way out. */
export function ReaderMenu() {
  const session = useSession()
  const { api, queries } = useLive()
  const { density, zone } = usePreferences()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { showKeys } = useShell()
  const navigate = useNavigate()
  const name = session.data?.principal.name ?? '…'
  const leave = async () => {
    await api.call('sessionDelete', {})
    queries.clear()
    await navigate(paths.signIn())
  }
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <UnstyledButton className="reader" aria-label={`${name}: settings`}>
          <IconUserCircle size={18} stroke={1.6} aria-hidden="true" />
          <span className="rail-word clip">{name}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {name}, {session.data?.role ?? '…'}
        </Menu.Label>
        {(['light', 'dark', 'auto'] as const).map((scheme) => (
          <Menu.RadioItem
            key={scheme}
            value={scheme}
            checked={colorScheme === scheme}
            onChange={() => setColorScheme(scheme)}
          >
            {{ light: 'Light', dark: 'Dark', auto: 'Light or dark as the system' }[scheme]}
          </Menu.RadioItem>
        ))}
        <Menu.Divider />
        {(['utc', 'local'] as const).map((each) => (
          <Menu.RadioItem
            key={each}
            value={each}
            checked={zone === each}
            onChange={() => preferencesSet({ zone: each })}
          >
            {each === 'utc' ? 'Times in UTC' : 'Times of this place'}
          </Menu.RadioItem>
        ))}
        <Menu.Divider />
        {(['dense', 'comfortable'] as const).map((each) => (
          <Menu.RadioItem
            key={each}
            value={each}
            checked={density === each}
            onChange={() => preferencesSet({ density: each })}
          >
            {each === 'dense' ? 'Dense rows' : 'Comfortable rows'}
          </Menu.RadioItem>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard size={15} />} onClick={showKeys}>
          Keys
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void leave()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
