import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { Row } from '@tabwright/protocol'
import { announcement, heardSoFar, isPast } from './announce'

/** Faster than this, a screen reader never finishes a sentence. */
const PAUSE_MS = 2000

/** Tells assistive technology of new text and states in its own polite region; the log itself stays silent, rows come and go as one scrolls. */
export function Announcer({ rows }: { readonly rows: readonly Row[] }): ReactNode {
  const [text, setText] = useState('')
  const newest = useRef(rows)
  useEffect(() => {
    newest.current = rows
  }, [rows])
  useEffect(() => {
    let heard = heardSoFar(newest.current)
    let isWaiting = newest.current.length === 0
    const opened = Date.now()
    const timer = setInterval(() => {
      if (isWaiting && isPast(newest.current, opened)) heard = heardSoFar(newest.current)
      isWaiting = newest.current.length === 0
      const next = announcement(heard, newest.current)
      heard = next.heard
      if (next.text !== '') setText(next.text)
    }, PAUSE_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <div className="visually-hidden" aria-live="polite">
      {text}
    </div>
  )
}
