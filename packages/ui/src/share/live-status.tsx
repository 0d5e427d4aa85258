import type { ReactNode } from 'react'
import css from './viewer.module.css'

export interface LiveStatusProps {
  readonly state: 'connecting' | 'on' | 'away' | 'offline' | 'ended'
  /** How many look on, this one too; undefined where nobody says. */
  readonly viewers: number | undefined
  /** Wall clock when the owner was heard last; undefined: not known. */
  readonly heardAt: number | undefined
}

/** Whether what is shown is what goes on now, and who else looks on. */
export function LiveStatus({ state, viewers, heardAt }: LiveStatusProps): ReactNode {
  return (
    <p role="status" className={css['live']} data-state={state}>
      <span className={css['dot']} aria-hidden />
      <span>{sentence({ state, viewers, heardAt })}</span>
    </p>
  )
}

function sentence({ state, viewers, heardAt }: LiveStatusProps): string {
  const heard = heardAt === undefined ? '' : ` Last heard ${time(heardAt)}.`
  if (state === 'connecting') return 'Live: waiting for the session …'
  if (state === 'away') return `Its owner is away.${heard} What comes is shown here as soon as they are back.`
  if (state === 'offline') return `The server does not answer; it is tried again.${heard}`
  if (state === 'ended') return 'This live view has ended. What you read is the session as it was then.'
  return viewers === undefined ? 'Live' : `Live · ${viewers === 1 ? 'you alone look on' : `${viewers} look on`}`
}

const time = (at: number): string => new Date(at).toLocaleTimeString('en', { timeStyle: 'medium' })
