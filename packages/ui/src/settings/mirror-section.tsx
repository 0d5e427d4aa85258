import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from 'react'
import { assertNever, failureOf } from '@tabwright/protocol'
import { Rich, said, t } from '../language'
import { Button } from '../layout/button'
import { useCopy } from '../layout/use-copy'
import { useNow } from '../layout/use-now'
import { mirrorAge } from './mirror-age'
import styles from './settings.module.css'

/** The encrypted copy that the relay keeps, as the page shows it. */
export type MirrorView =
  /** `hasCopies`: what was mirrored before is still at the relay. */
  | { readonly type: 'off'; readonly hasCopies?: true; readonly code?: string }
  /** No relay that keeps mirrors. */
  | { readonly type: 'unavailable'; readonly reason: string }
  /**
   * `at`: when the mirror last had everything; undefined before the first time. `problem`: why it is behind. `code`: the recovery code until
   * the person has kept it.
   */
  | { readonly type: 'on'; readonly at: number | undefined; readonly problem?: string; readonly code?: string }

export interface MirrorSectionProps {
  readonly mirror: MirrorView
  /** Turns it on and makes a recovery code. With a code it goes on with the key of that one. */
  readonly onTurnOn: (code?: string) => Promise<void>
  /** The person has kept the recovery code: it is never given again. */
  readonly onKept: () => Promise<void>
  readonly onTurnOff: (erase: boolean) => Promise<void>
  /**
   * Brings back what a mirror holds; resolves to how many sessions came.
   * @throws FailureError `stale` when sessions here differ: then the person says whether theirs stay alone, get a copy beside them, or make
   * place and become copies themselves
   */
  readonly onRestore: (code: string, conflict?: Conflict) => Promise<number>
}

/** What becomes of sessions that the mirror has another state of. */
type Conflict = 'skip' | 'copy' | 'replace'

/** A copy of the sessions outside of this browser that only the recovery code can read. */
export function MirrorSection(props: MirrorSectionProps): ReactNode {
  const { mirror } = props
  const code = mirror.type === 'unavailable' ? undefined : mirror.code
  const section = useRef<HTMLElement>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [leaving, setLeaving] = useState(false)
  const run = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true)
    setProblem(undefined)
    try {
      await work()
    } catch (error) {
      setProblem(failureOf(error).message)
    } finally {
      setBusy(false)
    }
  }
  const turnOff = (erase: boolean): void => {
    void run(async () => {
      await props.onTurnOff(erase)
      setLeaving(false)
    })
  }
  return (
    <section ref={section} aria-label={t('Mirror')} tabIndex={-1}>
      <h3>{t('Mirror')}</h3>
      <p>
        {t(
          'An encrypted copy of your sessions, kept by the relay. It is encrypted in this browser; without the recovery code nobody can read it, not the relay either.',
        )}
      </p>
      {code === undefined ? (
        <div className={styles['current']} data-on={mirror.type === 'on' || undefined}>
          <MirrorSentence mirror={mirror} />
          {mirror.type === 'off' && (
            <Button disabled={busy} onPress={() => void run(() => props.onTurnOn())}>
              {t('Turn on the mirror')}
            </Button>
          )}
          {mirror.type === 'off' && mirror.hasCopies && (
            <Button look="danger" disabled={busy} onPress={() => turnOff(true)}>
              {t('Erase the copies')}
            </Button>
          )}
          {mirror.type === 'on' && !leaving && (
            <Button disabled={busy} onPress={() => setLeaving(true)}>
              {t('Turn off…')}
            </Button>
          )}
          {mirror.type === 'on' && leaving && (
            <>
              <Button disabled={busy} onPress={() => turnOff(false)}>
                {t('Turn off, keep the copies')}
              </Button>
              <Button look="danger" disabled={busy} onPress={() => turnOff(true)}>
                {t('Turn off and erase them')}
              </Button>
            </>
          )}
        </div>
      ) : (
        <RecoveryCode
          code={code}
          busy={busy}
          onKept={() =>
            void run(async () => {
              await props.onKept()
              section.current?.focus()
            })
          }
        />
      )}
      {problem !== undefined && <p role="alert">{said(problem)}</p>}
      {code === undefined && mirror.type !== 'unavailable' && <RestoreForm onRestore={props.onRestore} />}
    </section>
  )
}

function MirrorSentence({ mirror }: Pick<MirrorSectionProps, 'mirror'>): ReactNode {
  const now = useNow(mirror.type === 'on')
  switch (mirror.type) {
    case 'off':
      return mirror.hasCopies ? (
        <p>{t('Off: nothing new leaves this browser. The relay still keeps the encrypted copies from before.')}</p>
      ) : (
        <p>{t('Off: sessions are in this browser and nowhere else.')}</p>
      )
    case 'unavailable':
      return <p>{said(mirror.reason)}</p>
    case 'on':
      return (
        <p role="status" aria-live="off">
          {t('On: {age}.', { age: mirrorAge(mirror.at, now) })}
          {mirror.problem !== undefined && ` ${t('{problem} It goes on by itself; nothing here is lost.', { problem: mirror.problem })}`}
        </p>
      )
    default:
      return assertNever(mirror)
  }
}

interface RecoveryCodeProps {
  readonly code: string
  readonly busy: boolean
  readonly onKept: () => void
}

function RecoveryCode({ code, busy, onKept }: RecoveryCodeProps): ReactNode {
  const copy = useCopy(code)
  const [kept, setKept] = useState(false)
  const group = useRef<HTMLDivElement>(null)
  useEffect(() => group.current?.focus(), [])
  return (
    <div ref={group} tabIndex={-1} className={styles['recovery']} role="group" aria-label={t('Recovery code')}>
      <p>
        <Rich
          text="{warning} Who has it can read the mirror; without it nobody can."
          with={{
            warning: (
              <strong>{t('This is the recovery code. The mirror is not safe yet: keep the code outside of this browser first.')}</strong>
            ),
          }}
        />
      </p>
      <code>{code}</code>
      <p>
        {t('Until you say that you kept it, it stays in this browser, beside the key, and can be read here. Then it is never shown again.')}
      </p>
      <Button onPress={copy.run}>{copy.label}</Button>
      <label>
        <input type="checkbox" checked={kept} onChange={(event) => setKept(event.target.checked)} /> {t('I have kept it in a safe place')}
      </label>
      <Button look="primary" disabled={!kept || busy} onPress={onKept}>
        {t('Done')}
      </Button>
    </div>
  )
}

function RestoreForm({ onRestore }: Pick<MirrorSectionProps, 'onRestore'>): ReactNode {
  const [code, setCode] = useState('')
  const [busy, setBusy] = useState(false)
  const [differs, setDiffers] = useState(false)
  const [said, setSaid] = useState<{ readonly tone: 'ok' | 'danger'; readonly text: string }>()
  const id = useId()
  const restore = async (conflict?: Conflict): Promise<void> => {
    setBusy(true)
    setSaid(undefined)
    setDiffers(false)
    try {
      const sessions = await onRestore(code.trim(), conflict)
      setCode('')
      setSaid({ tone: 'ok', text: cameBack(sessions) })
    } catch (error) {
      const failure = failureOf(error)
      setDiffers(failure.code === 'stale')
      setSaid({ tone: 'danger', text: failure.message })
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void restore()
  }
  return (
    <form className={styles['form']} aria-label={t('Restore from the mirror')} onSubmit={submit}>
      <label htmlFor={id}>{t('Recovery code')}</label>
      <input id={id} autoComplete="off" spellCheck={false} value={code} onChange={(event) => setCode(event.target.value)} />
      <div className={styles['row']}>
        <button type="submit" className={styles['submit']} disabled={busy || code.trim() === ''}>
          {busy ? t('Restoring…') : t('Restore from the mirror')}
        </button>
        {said !== undefined && (
          <p role={said.tone === 'danger' ? 'alert' : 'status'} data-tone={said.tone}>
            {said.text}
          </p>
        )}
      </div>
      {differs && (
        <div className={styles['row']}>
          <Button disabled={busy} onPress={() => void restore('skip')}>
            {t('Leave those as they are')}
          </Button>
          <Button disabled={busy} onPress={() => void restore('copy')}>
            {t('Keep a copy beside them')}
          </Button>
          <Button disabled={busy} onPress={() => void restore('replace')}>
            {t('Replace them, keep mine as copies to read')}
          </Button>
        </div>
      )}
    </form>
  )
}

function cameBack(sessions: number): string {
  if (sessions === 0) return t('Nothing was missing: every session of the mirror is here.')
  return sessions === 1 ? t('One session is back.') : t('{sessions} sessions are back.', { sessions })
}
