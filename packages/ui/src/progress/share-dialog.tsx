import { Dialog } from '@base-ui/react/dialog'
import type { Removal } from '@tabwright/protocol'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Visible } from '../approvals/exact-request'
import { Button } from '../layout/button'
import { plural } from '../layout/figures'
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
  const kinds = [...new Set(removals.map(({ mark }) => mark))].toSorted()
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css['backdrop']} />
        <Dialog.Popup className={css['dialog']}>
          <header className={css['head']}>
            <Dialog.Title className={css['title']}>
              A copy of “<Visible text={title} />” to share
            </Dialog.Title>
            <span className={css['gap']} />
            <Dialog.Close className={css['close']} aria-label="Close">
              <X size={17} aria-hidden />
            </Dialog.Close>
          </header>
          <div className={css['body']}>
            <Dialog.Description className={css['sentence']}>{sentence(removals, leftOut)}</Dialog.Description>
            {kinds.map((mark) => (
              <Kind key={mark} mark={mark} removals={removals.filter((one) => one.mark === mark)} />
            ))}
            {leftOut.length > 0 && (
              <ul className={css['places']} aria-label="Left out">
                {leftOut.map((one) => (
                  <li key={one}>
                    <Visible text={one} />
                  </li>
                ))}
              </ul>
            )}
          </div>
          <footer className={css['foot']}>
            <Button onPress={onClose}>Cancel</Button>
            <Button look="primary" onPress={onSave}>
              Save the copy
            </Button>
          </footer>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function sentence(removals: readonly Removal[], leftOut: readonly string[]): string {
  const places = removals.reduce((sum, { count }) => sum + count, 0)
  const out =
    places === 0
      ? 'No secrets were found in it.'
      : `${plural(places, 'place')} will hold a name instead of a value; the session keeps them.`
  const packed = leftOut.length === 0 ? '' : ' What nobody can look through is left out.'
  return `${out}${packed} What nobody knows to be secret stays in it: look through it before you hand it on.`
}

/** One value, and everywhere it stood. */
function Kind({ mark, removals }: { readonly mark: string; readonly removals: readonly Removal[] }): ReactNode {
  const count = removals.reduce((sum, one) => sum + one.count, 0)
  return (
    <details className={css['kind']}>
      <summary>
        <code>
          <Visible text={mark} />
        </code>
        <span className={css['count']}>{plural(count, 'place')}</span>
      </summary>
      <ul className={css['places']}>
        {removals.map(({ place, count: times, sample }) => (
          <li key={place}>
            <Visible text={place} />
            {times > 1 && <span className={css['count']}> × {times}</span>}
            {sample !== undefined && (
              <code className={css['sample']}>
                <Visible text={sample} />
              </code>
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}
