import { useHere } from '../live/here.ts'
import { useView } from './use-view.ts'

/** What the list on this page asks the API, for copying. */
export function useListInput(timed: boolean): { query: { filter?: string; sort?: string; at?: string } } {
  const [view] = useView()
  const { atQuery } = useHere()
  return {
    query: {
      ...(view.filter === '' ? {} : { filter: view.filter }),
      ...(view.sort === null ? {} : { sort: view.sort }),
      ...(timed ? atQuery : {}),
    },
  }
}
