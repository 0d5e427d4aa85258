import { Dialog } from '@base-ui/react/dialog'
import type { Removal } from '@tabwright/protocol'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Rich, t } from '../language'
import { Visible } from '../approvals/exact-request'
import { Button } from '../layout/button'
import { RemovalList, removalSentence } from '../share/removal-list'
import css from './share-dialog.module.css'

export interface ShareDialogProps {
  /** Of the session. */
  readonly title: string
  readonly removals: readonly Removal[]
  /** What is left out as a whole, in words. */
  readonly leftOut: readonly string[]
  readonly onSave: () => void
  readonly onClose: () => void
}

/** Shows what a copy for others will not have, place by place, before there is a file. */
export function ShareDialog({ title, removals, leftOut, onSave, onClose }: ShareDialogProps): ReactNode {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css['backdrop']} />
        <Dialog.Popup className={css['dialog']}>
          <header className={css['head']}>
            <Dialog.Title className={css['title']}>
              <Rich text="A copy of “{title}” to share" with={{ title: <Visible text={title} /> }} />
            </Dialog.Title>
            <span className={css['gap']} />
            <Dialog.Close className={css['close']} aria-label={t('Close')}>
              <X size={17} aria-hidden />
            </Dialog.Close>
          </header>
          <div className={css['body']}>
            <Dialog.Description className={css['sentence']}>{removalSentence(removals, leftOut)}</Dialog.Description>
            <RemovalList removals={removals} leftOut={leftOut} />
          </div>
          <footer className={css['foot']}>
            <Button onPress={onClose}>{t('Cancel')}</Button>
            <Button look="primary" onPress={onSave}>
              {t('Save the copy')}
            </Button>
          </footer>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
