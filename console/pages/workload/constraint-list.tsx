import { Fragment } from 'react'
import { Link } from 'react-router'
import type { Constraints } from '@orrery/api/workload.ts'
import { useCalls } from '../../live/call.ts'
import { useHere } from '../../live/here.ts'
import { paths, refOf } from '../../paths.ts'
import { type ConstraintWords, constraintWords } from './constraints.ts'

/** More names than this are no sentence any more. */
const namedMax = 8

/** Where a workload may run, in words, with links to the places that are named. */
export function ConstraintList({ constraints }: { constraints: Constraints }) {
  const words = constraintWords(constraints)
  if (words.length === 0) return <span className="faint">none</span>
  return words.map(({ text, of }) => (
    <div key={text}>
      {text}
      {of !== null && of.ids.length > 0 && (
        <>
          {' '}
          <Places {...of} />
        </>
      )}
    </div>
  ))
}

function Places({ kind, ids }: NonNullable<ConstraintWords['of']>) {
  const { link, atQuery } = useHere()
  const inputs = ids.slice(0, namedMax).map((ref) => ({ ref, query: atQuery }))
  const sites = useCalls('siteView', kind === 'site' ? inputs : [])
  const nodes = useCalls('nodeView', kind === 'node' ? inputs : [])
  const found = kind === 'site' ? sites : nodes
  const path = kind === 'site' ? paths.site : paths.node
  return (
    <>
      {inputs.map(({ ref }, index) => {
        const place = found[index]?.data
        return (
          <Fragment key={ref}>
            {index > 0 && ', '}
            {place === undefined ? (
              // Not read yet, or gone: its id is all there is to tell.
              <span className="faint" title={ref}>
                …{ref.slice(-8)}
              </span>
            ) : (
              <Link className="link" to={link(path(refOf(place)))}>
                {place.name}
              </Link>
            )}
          </Fragment>
        )
      })}
      {ids.length > namedMax && ` and ${ids.length - namedMax} more`}
    </>
  )
}
