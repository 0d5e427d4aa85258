import { useEffect, useRef, useState, type ReactNode } from 'react'
import { failureOf, type HookHandler, type HookRun, type HooksView } from '@tabwright/protocol'
import { t, type Phrase } from '../language'
import { Visible } from '../approvals/exact-request'
import { duration } from '../layout/figures'
import styles from './settings.module.css'

export interface HooksSectionProps {
  /** Undefined: not read yet. */
  readonly view: HooksView | undefined
  readonly problem?: string | undefined
  /** Lets them run as they were shown; without a digest none runs any more. */
  readonly onTrust: (digest: string | undefined) => Promise<void>
}

/** The project's own hooks: what there is, whether it may run, and how it went. */
export function HooksSection({ view, problem, onTrust }: HooksSectionProps): ReactNode {
  return (
    <>
      <h3>{t('Hooks of this project')}</h3>
      <p>
        {t(
          'A project can bring scripts that look at calls, results, summaries, and the beginning and end of a session. They can stop or change what the agent does and tell it things; they never allow what your permissions do not. They run apart from everything, without the network and without the project’s files.',
        )}
      </p>
      {problem !== undefined && (
        <p role="alert" data-tone="danger">
          {problem}
        </p>
      )}
      {view?.type === 'none' && <p className={styles['aside']}>{t('This project has none (.tabwright/hooks.json).')}</p>}
      {view?.type === 'broken' && <p role="alert">{view.reason}</p>}
      {view?.type === 'found' && <FoundHooks key={view.digest} view={view} onTrust={onTrust} />}
    </>
  )
}

type Found = Extract<HooksView, { type: 'found' }>

function FoundHooks({ view, onTrust }: { readonly view: Found; readonly onTrust: HooksSectionProps['onTrust'] }): ReactNode {
  const [isRead, setRead] = useState(false)
  const [wrong, setWrong] = useState<string>()
  const trust = async (digest: string | undefined): Promise<void> => {
    try {
      await onTrust(digest)
      setWrong(undefined)
    } catch (error) {
      setWrong(failureOf(error).message)
    }
  }
  return (
    <>
      <div className={styles['table']}>
        <table aria-label={t('Hooks')}>
          <thead>
            <tr>
              <th scope="col">{t('When')}</th>
              <th scope="col">{t('Script')}</th>
              <th scope="col">{t('Last run here')}</th>
            </tr>
          </thead>
          <tbody>
            {view.handlers.map((handler) => (
              <tr key={`${handler.event} ${handler.matcher ?? ''} ${handler.script}`}>
                <td>{whenWords(handler)}</td>
                <td>
                  <code>{handler.script.replace('.tabwright/hooks/', '')}</code>
                  {handler.isPolicy && ` ${t('(denies where it fails)')}`}
                </td>
                <td>{runWords(handler.last)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <HookFiles files={view.files} onRead={() => setRead(true)} />
      <div className={styles['row']}>
        {view.isTrusted ? (
          <button type="button" className={styles['quiet']} onClick={() => void trust(undefined)}>
            {t('Trust them no more')}
          </button>
        ) : (
          <button type="button" className={styles['submit']} disabled={!isRead} onClick={() => void trust(view.digest)}>
            {t('Trust these hooks')}
          </button>
        )}
        <p role="status" data-tone={view.isTrusted ? 'ok' : undefined}>
          {stateWords(view, isRead)}
        </p>
      </div>
      {wrong !== undefined && (
        <p role="alert" data-tone="danger">
          {wrong}
        </p>
      )}
    </>
  )
}

function stateWords({ isTrusted, isChanged }: Found, isRead: boolean): string {
  if (isTrusted) return t('Trusted as they are here. One changed character, and none of them runs.')
  const what = isChanged ? t('They are not those that you trusted: none of them runs.') : t('Nobody trusted them: none of them runs.')
  return isRead ? what : t('{what} Read them to their end first.', { what })
}

const WHEN: Readonly<Record<HookHandler['event'], Phrase>> = {
  SessionStart: 'A session begins or goes on',
  PreToolUse: 'Before a call',
  PostToolUse: 'After a call',
  PreCompact: 'Before a summary',
  Stop: 'Before a turn ends',
  SessionEnd: 'A session was left',
}

function whenWords({ event, matcher }: HookHandler): string {
  return matcher === undefined ? t(WHEN[event]) : `${t(WHEN[event])} (${matcher})`
}

const SAID: Readonly<Record<HookRun['said'], Phrase>> = {
  pass: 'let it pass',
  warn: 'said something',
  block: 'blocked',
  modify: 'changed it',
}

function runWords(last: HookRun | undefined): string {
  if (last === undefined) return t('never')
  const said = last.failed ? 'failed' : SAID[last.said]
  const how = `${t(said)}, ${duration(last.ms)}`
  return last.words === undefined ? how : `${how}: ${last.words}`
}

/** Every byte that would run, to the last one. */
function HookFiles({ files, onRead }: { readonly files: Found['files']; readonly onRead: () => void }): ReactNode {
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (end.current === null) return
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) onRead()
    })
    observer.observe(end.current)
    return () => observer.disconnect()
  })
  return (
    <div className={styles['hookFiles']} tabIndex={0} role="group" aria-label={t('Files of the hooks')}>
      {files.map(({ path, text }) => (
        <section key={path} aria-label={path}>
          <h4>{path}</h4>
          <pre>
            <Visible text={text} />
          </pre>
        </section>
      ))}
      <div ref={end} className={styles['hookEnd']} />
    </div>
  )
}
