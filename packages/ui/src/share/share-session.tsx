import { Dialog } from '@base-ui/react/dialog'
import { SHARE_ALL, SHARE_LIFETIMES, type LiveLink, type ShareChoice, type SharedLink, type ShareLifetime } from '@tabwright/protocol'
import { X } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { Button } from '../layout/button'
import { locale, plural, t, type Phrase } from '../language'
import { bytes as sizeOf } from '../layout/figures'
import { ChoiceFields } from './choice-fields'
import { LinkList } from './link-list'
import { LiveList } from './live-list'
import { RemovalList, removalSentence } from './removal-list'
import css from './share-session.module.css'
import { usePrepared, type PreparedCopy, type Preparing } from './use-prepared'

export interface ShareSessionProps {
  /** Keep this function, or the copy is made anew with each render. */
  readonly prepare: (choice: ShareChoice) => Promise<PreparedCopy>
  /** Links to this session; undefined until they are known. */
  readonly links: readonly SharedLink[] | undefined
  /** Links to sessions that are not in this browser any more. */
  readonly orphans: readonly SharedLink[]
  /** Links by which others follow this session now. */
  readonly lives: readonly LiveLink[]
  /** Why no link can be made now. */
  readonly problem: string | undefined
  /** What went wrong with the last thing that was asked for. */
  readonly failed: string | undefined
  readonly busy: boolean
  readonly onCreate: (copy: PreparedCopy, lifetime: ShareLifetime, replaces?: string) => void
  readonly onRevoke: (id: string) => void
  readonly onGoLive: (choice: ShareChoice, lifetime: ShareLifetime) => void
  readonly onEndLive: (id: string, how: 'ended' | 'revoked') => void
  readonly onSaveFile: (copy: PreparedCopy) => void
  /** An address that holds all of the copy; undefined for one that is too long. */
  readonly wholeAddress: (copy: PreparedCopy) => string | undefined
  readonly onClose: () => void
}

const LIFETIMES = Object.keys(SHARE_LIFETIMES).filter((name): name is ShareLifetime => name in SHARE_LIFETIMES)

/** Chooses what of a session others may read, shows what is taken out of it, and makes, changes and ends links to it. */
export function ShareSession(props: ShareSessionProps): ReactNode {
  const { prepare, links, problem, failed, busy, onCreate, onRevoke, onClose } = props
  const [how, setHow] = useState<How>('copy')
  const [choice, setChoice] = useState<ShareChoice>(SHARE_ALL)
  const [lifetime, setLifetime] = useState<ShareLifetime>(USUAL.copy)
  const state = usePrepared(prepare, choice)
  const copy = state.type === 'ready' && !busy ? state.copy : undefined
  const whole = copy && props.wholeAddress(copy)
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css['backdrop']} />
        <Dialog.Popup className={css['dialog']} data-testid="share-session">
          <header className={css['head']}>
            <Dialog.Title className={css['title']}>{t('Share session')}</Dialog.Title>
            <span className={css['gap']} />
            <Dialog.Close className={css['close']} aria-label={t('Close')}>
              <X size={17} aria-hidden />
            </Dialog.Close>
          </header>
          <div className={css['body']}>
            <HowFields
              how={how}
              onChoose={(next) => {
                setHow(next)
                setLifetime(USUAL[next])
              }}
            />
            <Dialog.Description className={css['sentence']}>
              {t(
                '{how} It is encrypted in your browser, and the key is in the link alone: the server cannot read it, and whoever has the link can.',
                { how: t(WORDS[how]) },
              )}
            </Dialog.Description>
            <ChoiceFields choice={choice} onChoose={setChoice} />
            <Redactions state={state} />
            {problem !== undefined && <p className={css['problem']}>{t('No link can be made now: {problem}', { problem })}</p>}
            {failed !== undefined && (
              <p role="alert" className={css['problem']}>
                {failed}
              </p>
            )}
            {props.lives.length > 0 && <LiveList links={props.lives} busy={busy} onEnd={props.onEndLive} />}
            {links !== undefined && links.length > 0 && (
              <LinkList
                label={t('Links to this session')}
                links={links}
                busy={busy}
                onUpdate={copy && problem === undefined ? (id) => onCreate(copy, lifetime, id) : undefined}
                onRevoke={onRevoke}
              />
            )}
            {props.orphans.length > 0 && <Orphans links={props.orphans} busy={busy} onRevoke={onRevoke} />}
            {whole !== undefined && how === 'copy' && <WholeLink address={whole} />}
          </div>
          <Foot
            {...props}
            how={how}
            copy={copy}
            lifetime={lifetime}
            onLifetime={setLifetime}
            onGoLive={() => props.onGoLive(choice, lifetime)}
          />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

type How = 'copy' | 'live'

const WORDS: Readonly<Record<How, Phrase>> = {
  copy: 'A copy to read, as the session is now.',
  live: 'Others follow the session while it goes on, and change nothing in it. What comes later is looked through in the same way, and goes without you having seen it.',
}

const USUAL = { copy: '30 days', live: '1 day' } as const satisfies Record<How, ShareLifetime>

const LASTS: Readonly<Record<ShareLifetime, Phrase>> = {
  '1 hour': '1 hour',
  '1 day': '1 day',
  '7 days': '7 days',
  '30 days': '30 days',
  never: 'ever, until revoked',
}

const HOWS: readonly (readonly [How, Phrase])[] = [
  ['copy', 'A copy'],
  ['live', 'Live'],
]

function HowFields({ how, onChoose }: { readonly how: How; readonly onChoose: (how: How) => void }): ReactNode {
  return (
    <fieldset className={css['how']}>
      <legend>{t('What others see')}</legend>
      {HOWS.map(([value, label]) => (
        <label key={value}>
          <input type="radio" name="how" checked={how === value} onChange={() => onChoose(value)} /> {t(label)}
        </label>
      ))}
    </fieldset>
  )
}

interface FootProps extends Pick<ShareSessionProps, 'busy' | 'problem' | 'onCreate' | 'onSaveFile'> {
  readonly how: How
  /** What was looked at; undefined while there is nothing. */
  readonly copy: PreparedCopy | undefined
  readonly lifetime: ShareLifetime
  readonly onLifetime: (lifetime: ShareLifetime) => void
  readonly onGoLive: () => void
}

function Foot({ how, copy, lifetime, problem, onLifetime, onCreate, onSaveFile, onGoLive }: FootProps): ReactNode {
  const isReady = copy !== undefined && problem === undefined
  return (
    <footer className={css['foot']}>
      <label className={css['lifetime']}>
        {t('Opens for')}{' '}
        <select value={lifetime} onChange={({ target }) => onLifetime(LIFETIMES.find((name) => name === target.value) ?? lifetime)}>
          {LIFETIMES.map((name) => (
            <option key={name} value={name}>
              {t(LASTS[name])}
            </option>
          ))}
        </select>
      </label>
      <span className={css['gap']} />
      {how === 'copy' && (
        <Button disabled={copy === undefined} onPress={() => copy && onSaveFile(copy)}>
          {t('Download HTML')}
        </Button>
      )}
      {how === 'copy' ? (
        <Button look="primary" disabled={!isReady} onPress={() => copy && onCreate(copy, lifetime)}>
          {t('Create link')}
        </Button>
      ) : (
        <Button look="primary" disabled={!isReady} onPress={onGoLive}>
          {t('Go live')}
        </Button>
      )}
    </footer>
  )
}

function Redactions({ state }: { readonly state: Preparing }): ReactNode {
  return (
    <section aria-label={t('Redactions')} aria-busy={state.type === 'working'} className={css['redactions']}>
      {state.type === 'working' && <p role="status">{t('Looking through the session …')}</p>}
      {state.type === 'failed' && <p role="alert">{t('{message} Nothing was shared.', { message: state.message })}</p>}
      {state.type === 'ready' && (
        <>
          <p className={css['sentence']}>
            {t('{removals} {bytes} in all.', {
              removals: removalSentence(state.copy.removals, state.copy.leftOut),
              bytes: sizeOf(state.copy.bytes.length),
            })}
          </p>
          <RemovalList removals={state.copy.removals} leftOut={state.copy.leftOut} />
        </>
      )}
    </section>
  )
}

/** A link outlives its session, and only this browser can end it. */
function Orphans({
  links,
  busy,
  onRevoke,
}: Pick<ShareSessionProps, 'busy' | 'onRevoke'> & { readonly links: readonly SharedLink[] }): ReactNode {
  return (
    <details className={css['whole']}>
      <summary>{t('{links} to sessions that you deleted', { links: plural(links.length, 'link') })}</summary>
      <LinkList label={t('Links to deleted sessions')} links={links} busy={busy} onUpdate={undefined} onRevoke={onRevoke} named />
    </details>
  )
}

/** Of a small session: no server keeps anything. */
function WholeLink({ address }: { readonly address: string }): ReactNode {
  return (
    <details className={css['whole']}>
      <summary>{t('A link that holds everything, for which no server keeps anything')}</summary>
      <p className={css['sentence']}>
        {t('It cannot be taken back and never ends. {count} characters long.', { count: address.length.toLocaleString(locale()) })}
      </p>
      <input type="text" readOnly aria-label={t('Link with everything')} value={address} onFocus={(event) => event.target.select()} />
    </details>
  )
}
