import './state.css'
import type { Tone } from './tone.ts'

/** The shape of a tone: disc, ring with a hand, triangle, hatched square, diamond, bar. */
export function Mark({ tone }: { tone: Tone }) {
  return (
    <svg
      className={`mark tone-${tone}`}
      viewBox="0 0 12 12"
      width="11"
      height="11"
      aria-hidden="true"
      focusable="false"
    >
      {shapes[tone]}
    </svg>
  )
}

const shapes: Record<Tone, React.ReactNode> = {
  running: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  pending: (
    <g fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round">
      <circle cx="6" cy="6" r="4.2" />
      <path d="M6 3.6V6l1.5 1.2" />
    </g>
  ),
  failed: <path d="M6 .9 11.6 11H.4z" fill="currentColor" />,
  unknown: (
    <g stroke="currentColor" strokeWidth="1.2" fill="none">
      <rect x="1.5" y="1.5" width="9" height="9" rx="1" />
      <path d="M1.5 6 6 1.5M2 10.2 10.2 2M6 10.5 10.5 6" />
    </g>
  ),
  planned: <path d="M6 .8 11.2 6 6 11.2.8 6z" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  idle: <rect x="1.5" y="4.8" width="9" height="2.4" rx="1.2" fill="currentColor" />,
}
