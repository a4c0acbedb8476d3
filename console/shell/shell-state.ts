import { createContext, useContext } from 'react'

export type ShellState = { showKeys(): void; showPalette(): void }

export const ShellContext = createContext<ShellState | null>(null)

export function useShell(): ShellState {
  const shell = useContext(ShellContext)
  if (shell === null) throw new Error('useShell is for components inside the shell')
  return shell
}
