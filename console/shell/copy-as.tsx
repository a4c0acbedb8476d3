import { Button, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconCopy, IconLink, IconTerminal2, IconWorld } from '@tabler/icons-react'
import type { InputOf, OperationName } from '@orrery/api/operations.ts'
import { asCommand, asCurl } from '../words/command.ts'
import { errorWords } from '../words/error.ts'

/** Takes what the page shows elsewhere: as a link, as `orrery` words, as curl. */
export function CopyAs<K extends OperationName>({ operation, input }: { operation: K; input: InputOf<K> }) {
  const copy = async (what: string, text: string) => {
    try {
      await navigator.clipboard.writeText(text)
      notifications.show({ message: `Copied ${what}: ${text}`, autoClose: 3500 })
    } catch (error) {
      notifications.show({ title: errorWords(error, `copy ${what}`).title, message: text, autoClose: 15_000 })
    }
  }
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <Button leftSection={<IconCopy size={14} aria-hidden="true" />}>Copy</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconLink size={15} />}
          onClick={() => void copy('the link', window.location.href)}
        >
          Copy as link
        </Menu.Item>
        <Menu.Item
          leftSection={<IconTerminal2 size={15} />}
          onClick={() => void copy('the command', asCommand(operation, input))}
        >
          Copy as CLI
        </Menu.Item>
        <Menu.Item
          leftSection={<IconWorld size={15} />}
          onClick={() => void copy('the curl command', asCurl(operation, input, window.location.origin))}
        >
          Copy as curl
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
