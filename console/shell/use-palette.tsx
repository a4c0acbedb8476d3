import { notifications } from '@mantine/notifications'
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { errorWords } from '../words/error.ts'
import type { PaletteProps } from './palette.tsx'
import { type Typing, typingKeep } from './typed-ahead.ts'

type Palette = (props: PaletteProps) => ReactNode

/** The page itself comes first. */
const settleMs = 2000
const paletteLoad = () => import('./palette.tsx')

/**
 * The command palette, which is loaded some moments after the page, so that it is there without the server too. Where it
 * does not come the page stays, with all that was typed into it.
 */
export function usePalette(): { palette: ReactNode; showPalette: () => void } {
  const [isOpen, setOpen] = useState(false)
  const [loaded, setLoaded] = useState<{ Palette: Palette } | null>(null)
  const typing = useRef<Typing>(null)
  const typingEnd = useCallback(() => {
    const typed = typing.current?.end() ?? null
    typing.current = null
    return typed
  }, [])
  const showPalette = useCallback(() => {
    typing.current ??= typingKeep()
    setOpen(true)
    paletteLoad().then(
      ({ Palette }) => setLoaded({ Palette }),
      (error: unknown) => {
        typingEnd()
        setOpen(false)
        const { title, message, hint } = errorWords(error, 'open the search')
        notifications.show({ title, message: `${message} ${hint}` })
      },
    )
  }, [typingEnd])
  useEffect(() => {
    // Who asks for it will be told that it did not come.
    const timer = setTimeout(() => void paletteLoad().catch(() => undefined), settleMs)
    return () => clearTimeout(timer)
  }, [])
  const close = () => {
    typingEnd()
    setOpen(false)
  }
  const palette = isOpen && loaded !== null && <loaded.Palette onReady={typingEnd} onClose={close} />
  return { palette, showPalette }
}
