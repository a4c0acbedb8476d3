/** The command palette: pages, settings, and the things whose names contain what is typed. */
import { useMantineColorScheme } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Spotlight } from '@mantine/spotlight'
import { useEffect, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { filterFormat } from '@orrery/core/filter.ts'
import { useCall } from '../live/call.ts'
import { useHere } from '../live/here.ts'
import { preferencesSet, usePreferences } from '../live/preferences.ts'
import { useFocusBack } from '../look/use-focus-back.ts'
import { paths, refOf } from '../paths.ts'
import { nounGroups } from './nouns.ts'
import { paletteStore, selectionKeep, spotlight } from './palette-selection.ts'
import type { TypedAhead } from './typed-ahead.ts'

/** The list hands these on to the area that scrolls, which has to be reachable, though its type does not say so. */
const scrolled = { viewportProps: { tabIndex: 0 } }

type Entry = { key: string; title: string; side: string; run: () => void }

export type PaletteProps = {
  onClose: () => void
  /** the field takes the keys from now on; answers with those pressed before */
  onReady: () => TypedAhead | null
}

export function Palette({ onClose, onReady }: PaletteProps) {
  const [query, setQuery] = useState('')
  const [entered, setEntered] = useState(false)
  /** by the arrows, since something was typed */
  const moved = useRef(false)
  const [asked] = useDebouncedValue(query.trim(), 150)
  const navigate = useNavigate()
  const { link } = useHere()
  const { zone, density } = usePreferences()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  useEffect(() => spotlight.open(), [])
  useFocusBack()

  const lookup = {
    query: { limit: 6, filter: nameFilter(asked) },
  }
  const enabled = asked.length >= 2
  const nodes = useCall('nodeList', lookup, { enabled, keep: true })
  const workloads = useCall('workloadList', lookup, { enabled, keep: true })
  const sites = useCall('siteList', lookup, { enabled, keep: true })
  const runs = useCall('runList', lookup, { enabled, keep: true })

  const to = (path: string) => ({ key: path, run: () => void navigate(path) })
  const fixed: Entry[] = [
    ...nounGroups.flatMap((group) =>
      group.nouns.map((noun) => ({
        title: noun.title,
        side: group.title,
        ...to(noun.timed ? link(noun.path) : noun.path),
      })),
    ),
    {
      key: 'scheme',
      title: 'Switch between light and dark',
      side: 'Look',
      run: () => setColorScheme(colorScheme === 'dark' ? 'light' : 'dark'),
    },
    {
      key: 'zone',
      title: zone === 'utc' ? 'Show local times' : 'Show UTC times',
      side: 'Look',
      run: () => preferencesSet({ zone: zone === 'utc' ? 'local' : 'utc' }),
    },
    {
      key: 'density',
      title: density === 'dense' ? 'Comfortable rows' : 'Dense rows',
      side: 'Look',
      run: () => preferencesSet({ density: density === 'dense' ? 'comfortable' : 'dense' }),
    },
  ]
  const words = query.trim().toLowerCase().split(/\s+/)
  const found = fixed.filter((each) =>
    words.every((word) => `${each.title} ${each.side}`.toLowerCase().includes(word)),
  )
  const things: Entry[] = enabled
    ? [
        ...(workloads.data?.items ?? []).map((each) => ({
          title: each.name,
          side: `workload, ${each.state}`,
          ...to(link(paths.workload(refOf(each)))),
        })),
        ...(nodes.data?.items ?? []).map((each) => ({
          title: each.name,
          side: `node, ${each.state}`,
          ...to(link(paths.node(refOf(each)))),
        })),
        ...(sites.data?.items ?? []).map((each) => ({
          title: each.name,
          side: `site, ${each.kind}`,
          ...to(link(paths.site(refOf(each)))),
        })),
        ...(runs.data?.items ?? []).map((each) => ({
          title: each.name,
          side: `run, ${each.state}`,
          ...to(paths.run(refOf(each))),
        })),
      ]
    : []
  const part = query.trim().replaceAll('*', '').toLowerCase()
  /** The thing of that very name, then those whose names begin like it. */
  const rank = ({ title }: Entry) => {
    const name = title.toLowerCase()
    return name === part ? 0 : name.startsWith(part) ? 1 : 2
  }
  const entries = [
    ...found,
    ...things
      // Until the answer to what is typed now has come, what is there answers what was typed before.
      .filter((each) => each.title.toLowerCase().includes(part))
      .toSorted((one, other) => rank(one) - rank(other)),
  ]
  const ready = (field: HTMLInputElement) => {
    const typed = onReady()
    if (typed === null) return
    if (typed.text !== '') {
      // As if it were typed now: the list selects its first entry on that.
      field.setRangeText(typed.text, 0, field.value.length, 'end')
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
    if (typed.last === 'Escape') spotlight.close()
    setEntered(typed.last === 'Enter' && typed.text !== '')
  }
  const first = entries[0]
  const listed = entries.map((each) => each.key).join('\n')
  useEffect(() => {
    if (query.trim() !== '') selectionKeep(moved.current)
  }, [query, listed])
  useEffect(() => {
    // Enter was pressed before anything was found: it means the first that is.
    if (!entered || first === undefined) return
    spotlight.close()
    first.run()
  }, [entered, first])
  return (
    <Spotlight.Root
      store={paletteStore}
      query={query}
      onQueryChange={(next) => {
        moved.current = false
        setEntered(false)
        setQuery(next)
      }}
      onSpotlightClose={onClose}
      shortcut={null}
      scrollable
      maxHeight={420}
      clearQueryOnClose={false}
      title="Search and commands"
      classNames={{ header: 'hidden' }}
      radius={8}
      overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
    >
      <Spotlight.Search
        placeholder="Go to a page, a node, a workload…"
        aria-label="Search and commands"
        onFocus={(event) => ready(event.currentTarget)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') moved.current = true
          if (event.key === 'Enter' && first === undefined && query.trim() !== '') setEntered(true)
        }}
      />
      <Spotlight.ActionsList {...scrolled}>
        {entries.map((each) => (
          <Spotlight.Action key={each.key} onClick={each.run} label={each.title} description={each.side} />
        ))}
        {entries.length === 0 && <Spotlight.Empty>Nothing has that name.</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}

/** Names that contain the text. */
function nameFilter(text: string): string {
  const values = [`*${text.replaceAll('*', '')}*`]
  return filterFormat([
    {
      kind: 'field',
      field: 'name',
      op: ':',
      values,
      number: null,
      unit: 'none',
      percent: false,
      negated: false,
    },
  ])
}
