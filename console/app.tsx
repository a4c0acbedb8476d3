import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from 'react-router/dom'
import { KeyBoard } from './keys/keys.tsx'
import { addressFollow } from './live/address.ts'
import { type Live, LiveContext } from './live/api.ts'
import { theme } from './look/theme.ts'
import { router } from './routes.tsx'

addressFollow(router)

export function App({ live }: { live: Live }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <Notifications position="bottom-right" autoClose={6000} limit={4} />
      <QueryClientProvider client={live.queries}>
        <LiveContext value={live}>
          <KeyBoard>
            <RouterProvider router={router} />
          </KeyBoard>
        </LiveContext>
      </QueryClientProvider>
    </MantineProvider>
  )
}
