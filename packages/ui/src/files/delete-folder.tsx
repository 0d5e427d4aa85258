import { AlertDialog } from '@base-ui/react/alert-dialog'
import type { ReactNode } from 'react'
import { plural, Rich, t } from '../language'
import { Visible } from '../approvals/exact-request'
import { Button } from '../layout/button'
import css from './delete-folder.module.css'

export interface DeleteFolderProps {
  /** Ends in `/`. */
  readonly path: string
  readonly files: number
  readonly onDelete: () => void
  readonly onClose: () => void
}

/** Asks before a folder goes with all that is in it. */
export function DeleteFolder({ path, files, onDelete, onClose }: DeleteFolderProps): ReactNode {
  return (
    <AlertDialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={css.backdrop} />
        <AlertDialog.Popup className={css.dialog}>
          <AlertDialog.Title className={css.title}>
            <Rich text="Delete {path}?" with={{ path: <Visible text={path} /> }} />
          </AlertDialog.Title>
          <AlertDialog.Description className={css.said}>
            {t('It goes with {files}. Rewind brings it back.', { files: plural(files, 'file') })}
          </AlertDialog.Description>
          <div className={css.choice}>
            <Button onPress={onClose}>{t('Cancel')}</Button>
            <span className={css.gap} />
            <Button look="danger" onPress={onDelete}>
              {t('Delete')}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
