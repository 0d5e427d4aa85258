import type { GuardAnswer } from '@tabwright/protocol'
import { hookContext } from '../hooks/hook-context'

/** What guards and hooks said of a call. */
export interface GuardedRecord {
  /** What they made of its input. */
  readonly bytes?: string
  /** A person is asked, whatever the rules allow. */
  readonly asks?: string
  /** The model reads this beside what comes of it. */
  readonly context?: string
}

/** What of their answers counts from here on. */
export function guardedRecord(answers: readonly GuardAnswer[]): GuardedRecord {
  const bytes = answers.findLast((answer) => answer.type === 'modify' && answer.bytes !== undefined)
  const asks = answers.flatMap(({ hook }) => hook?.asks ?? []).join(' ')
  const context = answers.flatMap(hookContext).join('\n')
  return {
    ...(bytes?.type === 'modify' && bytes.bytes !== undefined && { bytes: bytes.bytes }),
    ...(asks !== '' && { asks }),
    ...(context !== '' && { context }),
  }
}
