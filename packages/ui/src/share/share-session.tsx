import { Dialog } from '@base-ui/react/dialog'
import { SHARE_ALL, SHARE_LIFETIMES, type ShareChoice, type SharedLink, type ShareLifetime } from '@tabwright/protocol'
import { X } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { Button } from '../layout/button'
import { bytes as sizeOf } from '../layout/figures'
import { ChoiceFields } from './choice-fields'
import { LinkList } from './link-list'
import { RemovalList, removalSentence } from './removal-list'
import css from './share-session.module.css'
import { usePrepared, type PreparedCopy, type Preparing } from './use-prepared'

export interface ShareSessionProps {
  /** Keep this function, or the copy is made anew with each render. */
  readonly prepare: (choice: ShareChoice) => Promise<PreparedCopy>
  /** Links to this session; undefined until they are known. */
  readonly links: readonly SharedLink[] | undefined
  /** Why no link can be made now. */
  readonly problem: string | undefined
  /** What went wrong with the last thing that was asked for. */
  readonly failed: string | undefined
  readonly busy: boolean
  readonly onCreate: (copy: PreparedCopy, lifetime: ShareLifetime, replaces?: string) => void
  readonly onRevoke: (id: string) => void
  readonly onSaveFile: (copy: PreparedCopy) => void
  /** An address that holds all of the copy; undefined for one that is too long. */
  readonly wholeAddress: (copy: PreparedCopy) => string | undefined
  readonly onClose: () => void
}

const LIFETIMES = Object.keys(SHARE_LIFETIMES).filter((name): name is ShareLifetime => name in SHARE_LIFETIMES)

/** Chooses what of a session others may read, shows what is taken out of it, and makes, changes and ends links to it. */
export function ShareSession(props: ShareSessionProps): ReactNode {
  const { prepare, links, problem, failed, busy, onCreate, onRevoke, onSaveFile, onClose } = props
  const [choice, setChoice] = useState<ShareChoice>(SHARE_ALL)
  const [lifetime, setLifetime] = useState<ShareLifetime>('30 days')
  const state = usePrepared(prepare, choice)
  const copy = state.type === 'ready' && !busy ? state.copy : undefined
  const whole = copy && props.wholeAddress(copy)
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css['backdrop']} />
        <Dialog.Popup className={css['dialog']}>
          <header className={css['head']}>
            <Dialog.Title className={css['title']}>Share session</Dialog.Title>
            <span className={css['gap']} />
            <Dialog.Close className={css['close']} aria-label="Close">
              <X size={17} aria-hidden />
            </Dialog.Close>
          </header>
          <div className={css['body']}>
            <Dialog.Description className={css['sentence']}>
              A copy to read, as the session is now. It is encrypted in your browser, and the key is in the link alone: the server cannot
              read it, and whoever has the link can.
            </Dialog.Description>
            <ChoiceFields choice={choice} onChoose={setChoice} />
            <Redactions state={state} />
            {problem !== undefined && <p className={css['problem']}>No link can be made now: {problem}</p>}
            {failed !== undefined && (
              <p role="alert" className={css['problem']}>
                {failed}
              </p>
            )}
            {links !== undefined && links.length > 0 && (
              <LinkList
                links={links}
                busy={busy}
                onUpdate={copy && problem === undefined ? (id) => onCreate(copy, lifetime, id) : undefined}
                onRevoke={onRevoke}
              />
            )}
            {whole !== undefined && <WholeLink address={whole} />}
          </div>
          <footer className={css['foot']}>
            <label className={css['lifetime']}>
              Opens for{' '}
              <select value={lifetime} onChange={({ target }) => setLifetime(LIFETIMES.find((name) => name === target.value) ?? lifetime)}>
                {LIFETIMES.map((name) => (
                  <option key={name} value={name}>
                    {name === 'never' ? 'ever, until revoked' : name}
                  </option>
                ))}
              </select>
            </label>
            <span className={css['gap']} />
            <Button disabled={copy === undefined} onPress={() => copy && onSaveFile(copy)}>
              Download HTML
            </Button>
            <Button look="primary" disabled={copy === undefined || problem !== undefined} onPress={() => copy && onCreate(copy, lifetime)}>
              Create link
            </Button>
          </footer>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Redactions({ state }: { readonly state: Preparing }): ReactNode {
  return (
    <section aria-label="Redactions" aria-busy={state.type === 'working'} className={css['redactions']}>
      {state.type === 'working' && <p role="status">Looking through the session …</p>}
      {state.type === 'failed' && <p role="alert">{state.message} Nothing was shared.</p>}
      {state.type === 'ready' && (
        <>
          <p className={css['sentence']}>
            {removalSentence(state.copy.removals, state.copy.leftOut)} {sizeOf(state.copy.bytes.length)} in all.
          </p>
          <RemovalList removals={state.copy.removals} leftOut={state.copy.leftOut} />
        </>
      )}
    </section>
  )
}

/** Of a small session: no server keeps anything. */
function WholeLink({ address }: { readonly address: string }): ReactNode {
  return (
    <details className={css['whole']}>
      <summary>A link that holds everything, for which no server keeps anything</summary>
      <p className={css['sentence']}>It cannot be taken back and never ends. {address.length.toLocaleString('en')} characters long.</p>
      <input type="text" readOnly aria-label="Link with everything" value={address} onFocus={(event) => event.target.select()} />
    </details>
  )
}
