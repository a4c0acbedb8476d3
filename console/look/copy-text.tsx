import { ActionIcon, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'

/** A line of text to take away, with a button that copies it. */
export function CopyText({ text, label = 'Copy' }: { text: string; label?: string }) {
  return (
    <span className="copy-text">
      <code>{text}</code>
      <CopyButton value={text} timeout={1500}>
        {({ copied, copy }) => (
          <ActionIcon
            onClick={copy}
            aria-label={copied ? 'Copied' : label}
            title={copied ? 'Copied' : label}
            size={22}
          >
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        )}
      </CopyButton>
    </span>
  )
}
