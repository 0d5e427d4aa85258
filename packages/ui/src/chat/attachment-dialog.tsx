import type { ReactNode } from 'react'
import { Dialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { t } from '../language'
import { Visible } from '../approvals/exact-request'
import { bytes } from '../layout/figures'
import { useUrl, type Shown } from './attached-bytes'
import css from './attachment-dialog.module.css'

export interface AttachmentDialogProps {
  readonly shown: Shown
  readonly name: string
  /** Name and size, in words. */
  readonly about: string
  readonly onClose: () => void
}

/** One attachment, large. A picture is drawn as an image only, and a document is saved to be read elsewhere. */
export function AttachmentDialog({ shown, name, about, onClose }: AttachmentDialogProps): ReactNode {
  const url = useUrl(shown)
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css['backdrop']} />
        <Dialog.Popup className={css['dialog']}>
          <header className={css['head']}>
            <Dialog.Title className={css['title']}>
              <Visible text={about} />
            </Dialog.Title>
            {url.type === 'ready' && (
              <a className={css['save']} href={url.url} download={name}>
                {t('Save ({size})', { size: bytes(url.size) })}
              </a>
            )}
            <Dialog.Close className={css['close']} aria-label={t('Close')}>
              <X size={17} aria-hidden />
            </Dialog.Close>
          </header>
          <div className={css['page']} tabIndex={0} role="region" aria-label={name}>
            {url.type === 'loading' && <p role="status">{t('Reading the attachment…')}</p>}
            {url.type === 'failed' && <p role="alert">{t('It cannot be shown: {why}', { why: url.message })}</p>}
            {url.type === 'ready' && shown.type === 'image' && <img src={url.url} alt={name} />}
            {shown.type === 'text' && (
              <pre>
                <Visible text={shown.text} />
              </pre>
            )}
            {shown.type === 'document' && <p>{t('The agent reads this document page by page. Save it to read it yourself.')}</p>}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
