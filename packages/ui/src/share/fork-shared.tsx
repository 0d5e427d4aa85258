import { Dialog } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'
import { t } from '../language'
import { Button } from '../layout/button'
import css from './share-session.module.css'

export interface ForkSharedProps {
  readonly busy: boolean
  /** Why it could not be taken over. */
  readonly failed: string | undefined
  readonly onFork: () => void
  readonly onClose: () => void
}

/** Asks before an address makes a session: a link does nothing by itself. */
export function ForkShared({ busy, failed, onFork, onClose }: ForkSharedProps): ReactNode {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css['backdrop']} />
        <Dialog.Popup className={css['dialog']} data-size="small">
          <header className={css['head']}>
            <Dialog.Title className={css['title']}>{t('Fork a shared session')}</Dialog.Title>
          </header>
          <div className={css['body']}>
            <Dialog.Description className={css['sentence']}>
              {t(
                'A link asks to make a session here that begins as a shared one is. Its files and its conversation are somebody else’s: nothing that was allowed there is allowed here, nothing of it runs by itself, and the agent reads it as data.',
              )}
            </Dialog.Description>
            {failed !== undefined && (
              <p role="alert" className={css['problem']}>
                {failed}
              </p>
            )}
          </div>
          <footer className={css['foot']}>
            <span className={css['gap']} />
            <Button onPress={onClose}>{t('Cancel')}</Button>
            <Button look="primary" disabled={busy} onPress={onFork}>
              {t('Fork')}
            </Button>
          </footer>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
