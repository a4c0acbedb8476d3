import { useEffect } from 'react'

/**
 * Gives the focus back to what had it when the component appeared. Mantine does so when `opened` turns false, which what
 * is taken away while open never sees: the focus would fall to the page, and whoever uses the keyboard begin at its top.
 */
export function useFocusBack(): void {
  useEffect(() => {
    // Mantine takes the focus a moment later, so this is still what opened it.
    const opener = document.activeElement
    return () => {
      const { activeElement } = document
      // Somebody else may have taken it meanwhile.
      const isLost = activeElement === null || activeElement === document.body
      if (isLost && opener instanceof HTMLElement) opener.focus({ preventScroll: true })
    }
  }, [])
}
