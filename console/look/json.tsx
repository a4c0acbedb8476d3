import { Scroll } from './scroll.tsx'

/** A structure as it is, for those who ask for it. */
export function Json({ label, value }: { label: string; value: unknown }) {
  return (
    <Scroll label={label} className="json">
      <pre>{value == null ? 'nothing' : JSON.stringify(value, null, 2)}</pre>
    </Scroll>
  )
}
