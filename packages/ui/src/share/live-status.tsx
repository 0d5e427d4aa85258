import type { ReactNode } from 'react'
import { locale, t } from '../language'
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
  const heard = heardAt === undefined ? [] : [t('Last heard {time}.', { time: time(heardAt) })]
  if (state === 'connecting') return t('Live: waiting for the session …')
  if (state === 'away') return [t('Its owner is away.'), ...heard, t('What comes is shown here as soon as they are back.')].join(' ')
  if (state === 'offline') return [t('The server does not answer; it is tried again.'), ...heard].join(' ')
  if (state === 'ended') return t('This live view has ended. What you read is the session as it was then.')
  return viewers === undefined
    ? t('Live')
    : `${t('Live')} · ${viewers === 1 ? t('you alone look on') : t('{viewers} look on', { viewers })}`
}

const time = (at: number): string => new Date(at).toLocaleTimeString(locale(), { timeStyle: 'medium' })
