/** The command palette: pages, settings, and the things whose names contain what is typed. */
import { useMantineColorScheme } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Spotlight, spotlight } from '@mantine/spotlight'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { filterFormat } from '@orrery/core/filter.ts'
import { useCall } from '../live/call.ts'
import { useHere } from '../live/here.ts'
import { preferencesSet, usePreferences } from '../live/preferences.ts'
import { paths, refOf } from '../paths.ts'
import { nounGroups } from './nouns.ts'
import type { TypedAhead } from './typed-ahead.ts'

/** The list hands these on to the area that scrolls, which has to be reachable, though its type does not say so. */
const scrolled = { viewportProps: { tabIndex: 0 } }

type Entry = { title: string; side: string; run: () => void }

export type PaletteProps = {
  onClose: () => void
  /** the field takes the keys from now on; answers with those pressed before */
  onReady: () => TypedAhead | null
}

export function Palette({ onClose, onReady }: PaletteProps) {
  const [query, setQuery] = useState('')
  const [entered, setEntered] = useState(false)
  const [asked] = useDebouncedValue(query.trim(), 150)
  const navigate = useNavigate()
  const { link } = useHere()
  const { zone, density } = usePreferences()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  useEffect(() => spotlight.open(), [])

  const lookup = {
    query: { limit: 6, filter: nameFilter(asked) },
  }
  const enabled = asked.length >= 2
  const nodes = useCall('nodeList', lookup, { enabled, keep: true })
  const workloads = useCall('workloadList', lookup, { enabled, keep: true })
  const sites = useCall('siteList', lookup, { enabled, keep: true })
  const runs = useCall('runList', lookup, { enabled, keep: true })

  const go = (path: string) => () => void navigate(path)
  const fixed: Entry[] = [
    ...nounGroups.flatMap((group) =>
      group.nouns.map((noun) => ({
        title: noun.title,
        side: group.title,
        run: go(noun.timed ? link(noun.path) : noun.path),
      })),
    ),
    {
      title: 'Switch between light and dark',
      side: 'Look',
      run: () => setColorScheme(colorScheme === 'dark' ? 'light' : 'dark'),
    },
    {
      title: zone === 'utc' ? 'Show local times' : 'Show UTC times',
      side: 'Look',
      run: () => preferencesSet({ zone: zone === 'utc' ? 'local' : 'utc' }),
    },
    {
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
          run: go(link(paths.workload(refOf(each)))),
        })),
        ...(nodes.data?.items ?? []).map((each) => ({
          title: each.name,
          side: `node, ${each.state}`,
          run: go(link(paths.node(refOf(each)))),
        })),
        ...(sites.data?.items ?? []).map((each) => ({
          title: each.name,
          side: `site, ${each.kind}`,
          run: go(link(paths.site(refOf(each)))),
        })),
        ...(runs.data?.items ?? []).map((each) => ({
          title: each.name,
          side: `run, ${each.state}`,
          run: go(paths.run(refOf(each))),
        })),
      ]
    : []
  const begins = (each: Entry) => (each.title.toLowerCase().startsWith(query.trim().toLowerCase()) ? 0 : 1)
  const entries = [...found, ...things.toSorted((one, other) => begins(one) - begins(other))]
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
  useEffect(() => {
    // Enter was pressed before anything was found: it means the first that is.
    if (!entered || first === undefined) return
    spotlight.close()
    first.run()
  }, [entered, first])
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={(next) => {
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
          if (event.key === 'Enter' && first === undefined && query.trim() !== '') setEntered(true)
        }}
      />
      <Spotlight.ActionsList {...scrolled}>
        {entries.map((each, index) => (
          <Spotlight.Action
            key={`${each.side} ${each.title} ${index}`}
            onClick={each.run}
            label={each.title}
            description={each.side}
          />
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
