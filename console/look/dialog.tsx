import { Modal, type ModalProps } from '@mantine/core'
import { useFocusBack } from './use-focus-back.ts'

/** A dialog that is there only while it is open, for pages that draw it when it is asked for. */
export function Dialog(props: Omit<ModalProps, 'opened' | 'returnFocus'>) {
  useFocusBack()
  return <Modal opened returnFocus={false} {...props} />
}
