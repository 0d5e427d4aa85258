import type { ReactNode } from 'react'
import type { QueuedChange, QueuedMessage } from '@tabwright/protocol'
import { Clock, SendHorizontal } from 'lucide-react'
import { t, type Phrase } from '../language'
import styles from './queue.module.css'

/** Another moment for a message that waits. */
export interface Moment {
  readonly label: Phrase
  readonly icon: ReactNode
  readonly change: QueuedChange
}

interface Waits {
  /** The person stopped the agent. */
  readonly held: boolean
  readonly isWorking?: boolean
  readonly onChange?: unknown
}

/** The moments that a message could be delivered at instead of its own. */
export function momentsOf({ when, paused }: QueuedMessage, { held, isWorking = false, onChange }: Waits): readonly Moment[] {
  if (onChange === undefined || when === 'now') return []
  const now: Moment = { label: 'Send this now', icon: <SendHorizontal size={13} aria-hidden />, change: { when: 'now' } }
  const after: Moment = { label: 'After the turn', icon: <Clock size={13} aria-hidden />, change: { when: 'after' } }
  const isWaiting = held || paused === true || when === 'after'
  return [...(isWaiting ? [now] : []), ...(isWorking && when !== 'after' ? [after] : [])]
}

/** When what is queued goes on, for all of it; each message says what is other with it. */
export function whenWords({
  held,
  isPaused,
  isAfter,
}: {
  readonly held: boolean
  readonly isPaused: boolean
  readonly isAfter: boolean
}): Phrase {
  if (held) return 'waits: you stopped the agent'
  if (isPaused) return 'paused'
  return isAfter ? 'sent after the turn' : 'read after the current step'
}

/** When a message goes, where that is not with the next step. */
export function When({ message: { when, paused } }: { readonly message: QueuedMessage }): ReactNode {
  const word: Phrase | undefined = paused === true ? 'paused' : when === 'after' ? 'after the turn' : when === 'now' ? 'at once' : undefined
  return word !== undefined && <span className={styles['moment']}>{t(word)}</span>
}
