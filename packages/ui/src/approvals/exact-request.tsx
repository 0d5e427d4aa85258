import { Fragment, Suspense, useEffect, useMemo, useRef, type ReactNode } from 'react'
import { Rich, t } from '../language'
import { lazyPart } from '../layout/lazy-part'
import type { EditQuestion } from './request'
import { requestSize } from './request-size'
import { visibleText } from './visible-text'
import styles from './permission-card.module.css'

/** Comes with the first edit that asks: comparing texts is no business of the first load. */
const StaticDiff = lazyPart('The difference', async () => (await import('../review/static-diff')).StaticDiff)

export interface ExactRequestProps {
  /** What was digested, all of it. */
  readonly bytes: string
  readonly command: string | undefined
  readonly edit?: EditQuestion | undefined
  /** Where the command runs, when that has to be said. */
  readonly folder: string | undefined
  /** The end was in view: whoever answers now had the chance to read everything. */
  readonly onRead: () => void
}

/** The request to the last character: nothing shortened, nothing that hides. */
export function ExactRequest({ bytes, command, edit, folder, onRead }: ExactRequestProps): ReactNode {
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (end.current === null) return
    // Asks what can be seen, not where a box is scrolled to: the card around may be scrolled as well.
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) onRead()
    })
    observer.observe(end.current)
    return () => observer.disconnect()
  })
  const size = useMemo(() => requestSize({ bytes, command, edit }), [bytes, command, edit])
  return (
    <>
      {size !== undefined && (
        <p className={styles['size']}>
          {size.size}
          {size.hidden !== undefined && <strong className={styles['hidden']}>{size.hidden}</strong>}
        </p>
      )}
      <div className={styles['scroller']} tabIndex={0} role="group" aria-label={t('Request')}>
        {command !== undefined && (
          <pre className={styles['command']}>
            <Visible text={command} />
          </pre>
        )}
        {edit !== undefined && (
          <>
            <p className={styles['path']}>
              <Visible text={edit.path} />
            </p>
            <Suspense>
              <StaticDiff before={edit.before} after={edit.after} limit={Infinity} />
            </Suspense>
          </>
        )}
        {folder !== undefined && (
          <p className={styles['command']}>
            <Rich text="in {folder}" with={{ folder: <Visible text={folder} /> }} />
          </p>
        )}
        <section aria-label={t('Exact request')} data-testid="exact-request" className={styles['exact']}>
          <Visible text={bytes} />
        </section>
        <div ref={end} className={styles['end']} />
      </div>
    </>
  )
}

/** Text with its deceptive characters spelled out and marked. */
export function Visible({ text }: { readonly text: string }): ReactNode {
  const parts = useMemo(() => visibleText(text), [text])
  return parts.map((part, i) =>
    part.type === 'plain' ? (
      <Fragment key={i}>{part.text}</Fragment>
    ) : (
      <mark key={i} className={styles['escape']} title={part.name}>
        {part.text}
      </mark>
    ),
  )
}
