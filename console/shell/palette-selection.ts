import { createSpotlight } from '@mantine/spotlight'

/** The palette's state as Mantine keeps it, and how to open and close it. */
export const [paletteStore, spotlight] = createSpotlight()

/**
 * Mantine selects the first entry when something is typed, by a mark on its element: what is found later comes without
 * one, and Enter would do nothing. To be called when the entries have changed: the first is selected, or, once the
 * reader has chosen among them, the chosen one wherever it is now.
 */
export function selectionKeep(isChosen: boolean): void {
  const list = document.getElementById(paletteStore.getState().listId)
  const entries = Array.from(list?.querySelectorAll('[data-action]') ?? [])
  const marked = entries.findIndex((entry) => entry.hasAttribute('data-selected'))
  const selected = isChosen && marked >= 0 ? marked : 0
  entries.forEach((entry, index) => entry.toggleAttribute('data-selected', index === selected))
  // From here the arrows go on; the state is read by the next key, and nothing has to be drawn for it.
  paletteStore.updateState((state) => ({ ...state, selected }))
}
