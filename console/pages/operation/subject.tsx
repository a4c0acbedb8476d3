import { Link } from 'react-router'
import type { Operation } from '@orrery/api/operation.ts'
import { subjectPath } from '../../paths.ts'

/** What an operation works on, named by the end of its id. */
export function OperationSubject({ operation }: { operation: Operation }) {
  const { subjectKind, subjectId } = operation
  if (subjectKind === null) return <span className="faint">–</span>
  const words = subjectId === null ? subjectKind : `${subjectKind} …${subjectId.slice(-8)}`
  const path = subjectPath(subjectKind, subjectId)
  return path === null ? (
    <>{words}</>
  ) : (
    <Link className="link" to={path}>
      {words}
    </Link>
  )
}
