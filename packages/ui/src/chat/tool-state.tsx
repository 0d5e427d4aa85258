import type { ReactNode } from 'react'
import { assertNever, type CallState } from '@tabwright/protocol'
import {
  Ban,
  Check,
  CircleAlert,
  CircleDashed,
  CircleHelp,
  CircleSlash,
  Loader,
  MessageCircleQuestionMark,
  PenLine,
  ShieldQuestion,
  SkipForward,
} from 'lucide-react'
import { t } from '../language'
import styles from './tool-card.module.css'

function iconOf(state: CallState): ReactNode {
  switch (state) {
    case 'writing':
      return <PenLine size={14} />
    case 'queued':
      return <CircleDashed size={14} />
    case 'needs approval':
      return <ShieldQuestion size={14} />
    case 'needs answer':
      return <MessageCircleQuestionMark size={14} />
    case 'running':
      return <Loader size={14} />
    case 'done':
      return <Check size={14} />
    case 'failed':
      return <CircleAlert size={14} />
    case 'denied':
      return <Ban size={14} />
    case 'skipped':
      return <SkipForward size={14} />
    case 'interrupted':
      return <CircleSlash size={14} />
    case 'unknown':
      return <CircleHelp size={14} />
    default:
      return assertNever(state)
  }
}

/** The state as a mark and as a word; of a call that went well the word is for assistive technology only. */
export function ToolState({ state }: { readonly state: CallState }): ReactNode {
  return (
    <span className={styles['state']} data-state={state}>
      <span aria-hidden className={styles['mark']}>
        {iconOf(state)}
      </span>
      <span className={state === 'done' ? 'visually-hidden' : undefined}>{t(state)}</span>
    </span>
  )
}
