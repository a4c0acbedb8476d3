import { type NodeState, nodeStates } from '@orrery/api/node.ts'
import { nodeTone } from '../state/tone.ts'

/** The colours of the picture, taken from the page's own, so that light and dark agree with the rest. */
export type Inks = {
  paper: string
  ink: string
  faint: string
  line: string
  lineStrong: string
  fill: string
  reserved: string
  accent: string
  failed: string
  font: string
  /** by index into nodeStates */
  state: readonly string[]
}

export function inksOf(element: Element): Inks {
  const style = getComputedStyle(element)
  const ink = (name: string) => style.getPropertyValue(name).trim()
  return {
    paper: ink('--paper'),
    ink: ink('--ink'),
    faint: ink('--ink-3'),
    line: ink('--line'),
    lineStrong: ink('--line-2'),
    fill: ink('--bar'),
    reserved: ink('--bar-2'),
    accent: ink('--accent'),
    failed: ink('--failed-fill'),
    font: style.fontFamily,
    state: nodeStates.map((state: NodeState) => ink(`--${nodeTone[state]}-fill`)),
  }
}
