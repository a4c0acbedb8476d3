import { Link } from 'react-router'
import { useHere } from '../live/here.ts'
import { subjectPath } from '../paths.ts'
import { toldParts } from '../words/told.ts'

/** A sentence of the server; what it names by an id is a link. */
export function Told({ text }: { text: string }) {
  const { link } = useHere()
  return (
    <span title={text}>
      {toldParts(text).map((part, index) => {
        const path = subjectPath(part.kind, part.id)
        return path === null ? (
          part.text
        ) : (
          <Link key={index} className="link" to={link(path)}>
            {part.text}
          </Link>
        )
      })}
    </span>
  )
}
