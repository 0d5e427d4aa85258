import { Fragment, useEffect, useMemo, useRef, type ReactNode } from 'react'
import { visibleText } from './visible-text'
import styles from './permission-card.module.css'

export interface ExactRequestProps {
  /** What was digested, all of it. */
  readonly bytes: string
  readonly command: string | undefined
  /** Where the command runs, when that has to be said. */
  readonly folder: string | undefined
  /** The end was in view: whoever answers now had the chance to read everything. */
  readonly onRead: () => void
}

/** The request to the last character: nothing shortened, nothing that hides. */
export function ExactRequest({ bytes, command, folder, onRead }: ExactRequestProps): ReactNode {
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
  return (
    <div className={styles['scroller']} tabIndex={0} role="group" aria-label="Request">
      {command !== undefined && (
        <pre className={styles['command']}>
          <Visible text={command} />
        </pre>
      )}
      {folder !== undefined && (
        <p className={styles['command']}>
          in <Visible text={folder} />
        </p>
      )}
      <section aria-label="Exact request" className={styles['exact']}>
        <Visible text={bytes} />
      </section>
      <div ref={end} className={styles['end']} />
    </div>
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
