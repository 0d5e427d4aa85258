import { Dialog } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'
import { Rich, t } from '../language'
import { Visible } from '../approvals/exact-request'
import { Button } from '../layout/button'
import css from './dropped-folder.module.css'

export interface DroppedFolderProps {
  readonly name: string
  readonly onLink: () => void
  readonly onCopy: () => void
  readonly onClose: () => void
}

/** A folder was dropped where it could be linked to: the person says which of the two they meant. */
export function DroppedFolder({ name, onLink, onCopy, onClose }: DroppedFolderProps): ReactNode {
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css.backdrop} />
        <Dialog.Popup className={css.dialog}>
          <Dialog.Title className={css.title}>
            <Rich text="Link or copy {name}?" with={{ name: <Visible text={name} /> }} />
          </Dialog.Title>
          <Dialog.Description className={css.said}>
            <Rich
              text="Linked, the folder is the workspace: changes stay here until you write them back to it. Copied, its files lie in {folder} and have no way back."
              with={{ folder: <Visible text={`${name}/`} /> }}
            />
          </Dialog.Description>
          <div className={css.choice}>
            <Button onPress={onClose}>{t('Cancel')}</Button>
            <span className={css.gap} />
            <Button onPress={onCopy}>{t('Copy')}</Button>
            <Button look="primary" onPress={onLink}>
              {t('Link')}
            </Button>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
