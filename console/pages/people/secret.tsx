import { Button } from '@mantine/core'
import { CopyText } from '../../look/copy-text.tsx'
import { Dialog } from '../../look/dialog.tsx'
import { Exact } from '../../state/instant.tsx'

type SecretProps = {
  title: string
  says: string
  secret: string
  expiresAt: string | null
  onClose: () => void
}

/** Shown this once: closing it by accident would lose it. */
export function Secret({ title, says, secret, expiresAt, onClose }: SecretProps) {
  return (
    <Dialog
      onClose={onClose}
      title={title}
      size="lg"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <div className="stack">
        <p>{says} It is shown only now.</p>
        <CopyText text={secret} label="Copy the secret" />
        <p className="faint">
          {expiresAt === null ? (
            'It does not expire.'
          ) : (
            <>
              Works until <Exact at={expiresAt} />.
            </>
          )}
        </p>
        <div className="row dialog-foot">
          <Button variant="filled" onClick={onClose}>
            I have kept it
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
