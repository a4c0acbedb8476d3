import { Button, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import type { InputOf } from '@orrery/api/operations.ts'
import { useLive } from '../live/api.ts'
import { errorWords } from '../words/error.ts'
import { whole } from '../words/quantity.ts'
import type { Column, ListName, RowOf } from './column.ts'
import { csvWrite, fileSave } from './export.ts'
import type { ListQueryOf } from './pages.ts'

const rowsMax = 200_000

type ExportMenuProps<K extends ListName> = {
  operation: K
  query: ListQueryOf
  columns: readonly Column<RowOf<K>>[]
  name: string
}

/** Everything that the view lists, not only what was scrolled to: CSV in its columns, JSON as the API gives it. */
export function ExportMenu<K extends ListName>({ operation, query, columns, name }: ExportMenuProps<K>) {
  const { api } = useLive()
  const [loaded, setLoaded] = useState<number | null>(null)
  const readAll = async () => {
    const rows: RowOf<K>[] = []
    let cursor: string | null = null
    do {
      const input = { query: { ...query, limit: 1000, ...(cursor === null ? {} : { cursor }) } } as InputOf<K>
      // The operation answers with pages: that is what makes it a ListName.
      const page = (await api.call(operation, input)) as { items: RowOf<K>[]; next: string | null }
      rows.push(...page.items)
      cursor = page.next
      setLoaded(rows.length)
    } while (cursor !== null && rows.length < rowsMax)
    if (cursor !== null) {
      notifications.show({
        title: 'The file is not whole',
        message: `It stops after ${whole(rowsMax)} rows. Filter the list for the rest.`,
      })
    }
    return rows
  }
  const save = async (form: 'csv' | 'json') => {
    setLoaded(0)
    try {
      const rows = await readAll()
      if (form === 'csv') fileSave(`${name}.csv`, 'text/csv', csvWrite(rows, columns))
      else fileSave(`${name}.json`, 'application/json', JSON.stringify(rows, null, 2))
    } catch (error) {
      const words = errorWords(error, `export the ${name}`)
      notifications.show({ title: words.title, message: `${words.message} ${words.hint}` })
    } finally {
      setLoaded(null)
    }
  }
  return (
    <Menu position="bottom-end" width={150}>
      <Menu.Target>
        <Button leftSection={<IconDownload size={14} aria-hidden="true" />} disabled={loaded !== null}>
          {loaded === null ? 'Export' : `${whole(loaded)} rows`}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void save('csv')}>As CSV</Menu.Item>
        <Menu.Item onClick={() => void save('json')}>As JSON</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
