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
import { paths } from '../paths.ts'

export type Noun = {
  title: string
  path: string
  icon: Icon
  key: string
  /** knows the past */ timed: boolean
}

export const nounGroups: readonly { title: string; nouns: readonly Noun[] }[] = [
  {
    title: 'Continuum',
    nouns: [
      { title: 'Orrery', path: paths.home(), icon: IconPlanet, key: 'h', timed: true },
      { title: 'Sites', path: paths.sites(), icon: IconCloud, key: 's', timed: true },
      { title: 'Nodes', path: paths.nodes(), icon: IconServer2, key: 'n', timed: true },
      { title: 'Workloads', path: paths.workloads(), icon: IconBox, key: 'w', timed: true },
    ],
  },
  {
    title: 'Twin',
    nouns: [
      { title: 'Lab', path: paths.lab(), icon: IconFlask, key: 'b', timed: false },
      { title: 'Runs', path: paths.runs(), icon: IconGitFork, key: 'f', timed: false },
      { title: 'Plans', path: paths.plans(), icon: IconListCheck, key: 'p', timed: false },
      { title: 'Policies', path: paths.policies(), icon: IconScale, key: 'l', timed: false },
      { title: 'Agents', path: paths.agents(), icon: IconRobot, key: 'a', timed: false },
    ],
  },
  {
    title: 'Watch',
    nouns: [
      { title: 'Events', path: paths.events(), icon: IconActivity, key: 'e', timed: false },
      { title: 'Operations', path: paths.operations(), icon: IconProgress, key: 'o', timed: false },
      { title: 'Imports', path: paths.imports(), icon: IconFileImport, key: 'i', timed: false },
      { title: 'Status', path: paths.status(), icon: IconHeartRateMonitor, key: 't', timed: false },
    ],
  },
  {
    title: 'Settings',
    nouns: [
      { title: 'Providers', path: paths.providers(), icon: IconPlugConnected, key: 'r', timed: false },
      { title: 'People and tokens', path: paths.people(), icon: IconUsers, key: 'u', timed: false },
    ],
  },
]

/** Whether a page can be shown as it was: its address carries `at`. */
export function isTimed(path: string): boolean {
  const noun = nounGroups
    .flatMap((group) => group.nouns)
    .findLast((each) =>
      each.path === '/' ? path === '/' : path === each.path || path.startsWith(`${each.path}/`),
    )
  return noun?.timed ?? false
}
