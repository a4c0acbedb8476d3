import { ActionIcon, Menu } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { fileSave } from '../table/export.ts'

type ExportChartProps = { title: string; csv: () => string; canvas: () => HTMLCanvasElement | null }

/** What a chart shows as a file: as it is drawn, or its values. */
export function ExportChart({ title, csv, canvas }: ExportChartProps) {
  const png = () => {
    const drawn = canvas()
    if (drawn === null) return
    onPaper(drawn).toBlob((blob) => blob !== null && fileSave(`${title}.png`, 'image/png', blob))
  }
  return (
    <Menu position="bottom-end" width={130}>
      <Menu.Target>
        <ActionIcon size={22} aria-label={`Export ${title}`} title="Export">
          <IconDownload size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={png}>As PNG</Menu.Item>
        <Menu.Item onClick={() => fileSave(`${title}.csv`, 'text/csv', csv())}>As CSV</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** A chart is drawn without a ground; a picture of it has the page's, or light ink would stand on white. */
function onPaper(drawn: HTMLCanvasElement): HTMLCanvasElement {
  const sheet = document.createElement('canvas')
  sheet.width = drawn.width
  sheet.height = drawn.height
  const pen = sheet.getContext('2d')
  if (pen === null) return drawn
  pen.fillStyle = getComputedStyle(drawn).getPropertyValue('--paper').trim()
  pen.fillRect(0, 0, sheet.width, sheet.height)
  pen.drawImage(drawn, 0, 0)
  return sheet
}
