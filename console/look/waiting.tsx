/** The bones of a page while it is read: nothing for the first 300 ms. */
export function Waiting({ lines = 6, label = 'Loading' }: { lines?: number; label?: string }) {
  return (
    <div className="late stack waiting" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className="skeleton" style={{ width: `${88 - ((index * 17) % 45)}%` }} />
      ))}
    </div>
  )
}
