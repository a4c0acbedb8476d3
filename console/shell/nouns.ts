/** The rail: every noun that has a page, in its group, with the key that goes there after `g`. */
import {
  type Icon,
  IconActivity,
  IconBox,
  IconCloud,
  IconFileImport,
  IconFlask,
  IconGitFork,
  IconHeartRateMonitor,
  IconListCheck,
  IconPlanet,
  IconPlugConnected,
  IconProgress,
  IconRobot,
  IconScale,
  IconServer2,
  IconUsers,
} from '@tabler/icons-react'
import { isTimed } from '../live/timed.ts'
import { paths } from '../paths.ts'

export type Noun = {
  title: string
  path: string
  icon: Icon
  key: string
  /** its page knows the past: a link to it carries `at` */ timed: boolean
}

const groups: readonly { title: string; nouns: readonly Omit<Noun, 'timed'>[] }[] = [
  {
    title: 'Continuum',
    nouns: [
      { title: 'Orrery', path: paths.home(), icon: IconPlanet, key: 'h' },
      { title: 'Sites', path: paths.sites(), icon: IconCloud, key: 's' },
      { title: 'Nodes', path: paths.nodes(), icon: IconServer2, key: 'n' },
      { title: 'Workloads', path: paths.workloads(), icon: IconBox, key: 'w' },
    ],
  },
  {
    title: 'Twin',
    nouns: [
      { title: 'Lab', path: paths.lab(), icon: IconFlask, key: 'b' },
      { title: 'Runs', path: paths.runs(), icon: IconGitFork, key: 'f' },
      { title: 'Plans', path: paths.plans(), icon: IconListCheck, key: 'p' },
      { title: 'Policies', path: paths.policies(), icon: IconScale, key: 'l' },
      { title: 'Agents', path: paths.agents(), icon: IconRobot, key: 'a' },
    ],
  },
  {
    title: 'Watch',
    nouns: [
      { title: 'Events', path: paths.events(), icon: IconActivity, key: 'e' },
      { title: 'Operations', path: paths.operations(), icon: IconProgress, key: 'o' },
      { title: 'Imports', path: paths.imports(), icon: IconFileImport, key: 'i' },
      { title: 'Status', path: paths.status(), icon: IconHeartRateMonitor, key: 't' },
    ],
  },
  {
    title: 'Settings',
    nouns: [
      { title: 'Providers', path: paths.providers(), icon: IconPlugConnected, key: 'r' },
      { title: 'People and tokens', path: paths.people(), icon: IconUsers, key: 'u' },
    ],
  },
]

export const nounGroups: readonly { title: string; nouns: readonly Noun[] }[] = groups.map(
  ({ title, nouns }) => ({ title, nouns: nouns.map((noun) => ({ ...noun, timed: isTimed(noun.path) })) }),
)
