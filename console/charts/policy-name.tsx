import './charts.css'

/** A policy with its colour beside it. */
export function PolicyName({ name, ink }: { name: string; ink: string | undefined }) {
  return (
    <span className="policy-key">
      <span className="policy-swatch" style={{ background: ink ?? 'var(--bar)' }} aria-hidden="true" />
      {name}
    </span>
  )
}
