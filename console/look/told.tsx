import { Link } from 'react-router'
import { subjectPath } from '../paths.ts'
import { toldParts } from '../words/told.ts'

/** A sentence of the server; what it names by an id is a link. */
export function Told({ text }: { text: string }) {
  return (
    <span title={text}>
      {toldParts(text).map((part, index) => {
        const path = subjectPath(part.kind, part.id)
        return path === null ? (
          part.text
        ) : (
          <Link key={index} className="link" to={path}>
            {part.text}
          </Link>
        )
      })}
    </span>
  )
}
