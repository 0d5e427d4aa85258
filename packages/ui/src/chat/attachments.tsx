import { Suspense, useState, type ReactNode } from 'react'
import { FileText, X } from 'lucide-react'
import { plural, t } from '../language'
import { lazyLayer } from '../layout/lazy-part'
import { useUrl, type Shown } from './attached-bytes'
import styles from './attachments.module.css'

const AttachmentDialog = lazyLayer('The attachment', async () => (await import('./attachment-dialog')).AttachmentDialog)

export interface AttachmentsProps<T extends Shown> {
  readonly list: readonly T[]
  /** Names of files that are being read. */
  readonly reading?: readonly string[]
  /** Takes one out again. */
  readonly onRemove?: (attachment: T) => void
  /** What they are attached to. */
  readonly label: string
}

/** What is attached to a message: pictures as small pictures, all else by name. Each opens large. */
export function Attachments<T extends Shown>({ list, reading = [], onRemove, label }: AttachmentsProps<T>): ReactNode {
  const [open, setOpen] = useState<Shown>()
  if (list.length + reading.length === 0) return null
  return (
    <>
      <ul className={styles['list']} aria-label={label}>
        {list.map((shown, place) => (
          <li key={`${place} ${nameOf(shown)}`} className={styles['one']}>
            <button
              type="button"
              className={styles['open']}
              aria-label={t('Open {name}', { name: nameOf(shown) })}
              title={title(shown)}
              onClick={() => setOpen(shown)}
            >
              {shown.type === 'image' ? <Thumbnail shown={shown} /> : <Chip shown={shown} />}
            </button>
            {onRemove !== undefined && (
              <button
                type="button"
                className={styles['remove']}
                aria-label={t('Remove {name}', { name: nameOf(shown) })}
                onClick={() => onRemove(shown)}
              >
                <X size={12} aria-hidden />
              </button>
            )}
          </li>
        ))}
        {reading.map((name, place) => (
          <li key={`reading ${place}`} className={styles['reading']} role="status">
            {t('Reading {name}…', { name })}
          </li>
        ))}
      </ul>
      {open !== undefined && (
        <Suspense>
          <AttachmentDialog shown={open} name={nameOf(open)} about={title(open)} onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
    </>
  )
}

/** As people and readers of the screen call it. */
function nameOf({ name, type }: Shown): string {
  return name ?? t(type === 'image' ? 'picture' : 'text')
}

function title(shown: Shown): string {
  const name = nameOf(shown)
  if (shown.type === 'document') return `${name} · ${plural(shown.pages, 'page')}`
  if (shown.type === 'text') return `${name} · ${plural(shown.text.split('\n').length, 'line')}`
  return shown.width && shown.height ? `${name} · ${shown.width} × ${shown.height}` : name
}

function Thumbnail({ shown }: { readonly shown: Shown }): ReactNode {
  const url = useUrl(shown)
  if (url.type === 'loading') return <span className={styles['blank']} />
  if (url.type === 'failed') return <span className={styles['gone']}>{t('{name}: not here', { name: nameOf(shown) })}</span>
  return <img src={url.url} alt={nameOf(shown)} width={56} height={56} />
}

function Chip({ shown }: { readonly shown: Shown }): ReactNode {
  return (
    <span className={styles['chip']}>
      <FileText size={16} aria-hidden />
      <span>{nameOf(shown)}</span>
    </span>
  )
}
