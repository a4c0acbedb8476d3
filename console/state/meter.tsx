import { percent } from '../words/quantity.ts'

type MeterProps = {
  /** what is measured, for those who do not see the bar */
  label: string
  used: number | null
  /** a second, paler bar: what is reserved */
  reserved?: number | null
  of: number
  text?: string
}

/** Use against capacity: a solid bar for what is used, a pale one for what is reserved. Grey: it is no state. */
export function Meter({ label, used, reserved = null, of, text }: MeterProps) {
  const share = (value: number | null) => (value === null || of <= 0 ? 0 : Math.min(1, value / of))
  const main = used ?? reserved
  const over = main !== null && of > 0 && main / of > 1.0001
  const words = text ?? percent(main === null || of <= 0 ? null : main / of)
  return (
    <span className="meter" role="img" aria-label={`${label}: ${words}`} title={`${label}: ${words}`}>
      <span className="meter-track">
        <span className="meter-reserved" style={{ width: `${share(reserved) * 100}%` }} />
        <span className="meter-used" style={{ width: `${share(used) * 100}%` }} />
      </span>
      <span className={over ? 'meter-text meter-over' : 'meter-text'}>{words}</span>
    </span>
  )
}
