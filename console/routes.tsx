import { createBrowserRouter } from 'react-router'
import { Broken } from './shell/broken.tsx'
import { Missing } from './shell/missing.tsx'
import { Shell } from './shell/shell.tsx'

/** Every page is a file of its own that is loaded when it is first opened. */
export const router = createBrowserRouter([
  {
    path: '/sign-in',
    hydrateFallbackElement: <></>,
    lazy: async () => ({ Component: (await import('./pages/sign-in/sign-in.tsx')).SignIn }),
    errorElement: <Broken />,
  },
  {
    path: '/',
    element: <Shell />,
    hydrateFallbackElement: <></>,
    errorElement: <Broken />,
    children: [
      {
        errorElement: <Broken />,
        children: [
          {
            index: true,
            lazy: async () => ({ Component: (await import('./pages/orrery/orrery.tsx')).OrreryPage }),
          },
          {
            path: 'sites',
            lazy: async () => ({ Component: (await import('./pages/site/list.tsx')).SiteList }),
          },
          {
            path: 'sites/:ref',
            lazy: async () => ({ Component: (await import('./pages/site/view.tsx')).SiteView }),
          },
          {
            path: 'nodes',
            lazy: async () => ({ Component: (await import('./pages/node/list.tsx')).NodeList }),
          },
          {
            path: 'nodes/:ref',
            lazy: async () => ({ Component: (await import('./pages/node/view.tsx')).NodeView }),
          },
          {
            path: 'workloads',
            lazy: async () => ({ Component: (await import('./pages/workload/list.tsx')).WorkloadList }),
          },
          {
            path: 'workloads/:ref',
            lazy: async () => ({ Component: (await import('./pages/workload/view.tsx')).WorkloadView }),
          },
          {
            path: 'lab',
            lazy: async () => ({ Component: (await import('./pages/lab/lab.tsx')).Lab }),
          },
          {
            path: 'runs',
            lazy: async () => ({ Component: (await import('./pages/run/list.tsx')).RunList }),
          },
          {
            path: 'runs/:ref',
            lazy: async () => ({ Component: (await import('./pages/run/view.tsx')).RunView }),
          },
          {
            path: 'plans',
            lazy: async () => ({ Component: (await import('./pages/plan/list.tsx')).PlanList }),
          },
          {
            path: 'plans/:ref',
            lazy: async () => ({ Component: (await import('./pages/plan/view.tsx')).PlanView }),
          },
          {
            path: 'policies',
            lazy: async () => ({ Component: (await import('./pages/policy/list.tsx')).PolicyList }),
          },
          {
            path: 'agents',
            lazy: async () => ({ Component: (await import('./pages/agent/list.tsx')).AgentList }),
          },
          {
            path: 'agents/:ref',
            lazy: async () => ({ Component: (await import('./pages/agent/view.tsx')).AgentView }),
          },
          {
            path: 'events',
            lazy: async () => ({ Component: (await import('./pages/event/list.tsx')).EventList }),
          },
          {
            path: 'operations',
            lazy: async () => ({ Component: (await import('./pages/operation/list.tsx')).OperationList }),
          },
          {
            path: 'operations/:ref',
            lazy: async () => ({ Component: (await import('./pages/operation/view.tsx')).OperationView }),
          },
          {
            path: 'imports',
            lazy: async () => ({ Component: (await import('./pages/import/imports.tsx')).Imports }),
          },
          {
            path: 'providers',
            lazy: async () => ({ Component: (await import('./pages/provider/list.tsx')).ProviderList }),
          },
          {
            path: 'providers/:ref',
            lazy: async () => ({ Component: (await import('./pages/provider/view.tsx')).ProviderView }),
          },
          {
            path: 'people',
            lazy: async () => ({ Component: (await import('./pages/people/people.tsx')).People }),
          },
          {
            path: 'status',
            lazy: async () => ({ Component: (await import('./pages/status/status.tsx')).StatusPage }),
          },
          { path: '*', element: <Missing /> },
        ],
      },
    ],
  },
])
