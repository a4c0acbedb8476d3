import { Select } from '@mantine/core'
import { useCall } from '../live/call.ts'

/** The sites by name. */
export function SiteSelect({
  value,
  onChange,
}: {
  value: string | null
  onChange: (name: string | null) => void
}) {
  const sites = useCall('siteList', { query: { limit: 1000 } })
  return (
    <Select
      label="Site"
      searchable
      required
      data={(sites.data?.items ?? []).map((site) => site.name)}
      value={value}
      onChange={onChange}
      nothingFoundMessage={sites.isPending ? 'Looking…' : 'There is no site of that name'}
    />
  )
}
