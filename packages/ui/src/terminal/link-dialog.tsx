import type { JSX } from 'react'
import { Dialog } from '@base-ui/react/dialog'
import { t } from '../language'
import { Visible } from '../approvals/exact-request'
import { Button } from '../layout/button'
import css from './terminal.module.css'

export interface LinkDialogProps {
  readonly uri: string
  readonly onClose: () => void
}

/** Where a link of a program's output leads, before it is followed: its text may say something else. */
export function LinkDialog({ uri, onClose }: LinkDialogProps): JSX.Element {
  const open = (): void => {
    window.open(uri, '_blank', 'noopener,noreferrer')
    onClose()
  }
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css.backdrop} />
        <Dialog.Popup className={css.dialog}>
          <Dialog.Title className={css.title}>{t('Open this link?')}</Dialog.Title>
          <Dialog.Description className={css.said}>
            {t('It stands in the output of a program and opens in a tab of its own.')}
          </Dialog.Description>
          <p className={css.address}>
            <Visible text={uri} />
          </p>
          <div className={css.choice}>
            <Button onPress={onClose}>{t('Cancel')}</Button>
            <Button look="primary" onPress={open}>
              {t('Open')}
            </Button>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
