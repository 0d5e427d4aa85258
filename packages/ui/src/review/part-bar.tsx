import type { Hunk } from '@tabwright/protocol'
import { Check, ChevronDown, ChevronUp, GitMerge, Undo2 } from 'lucide-react'
import { type JSX, useState } from 'react'
import { t } from '../language'
import { Button } from '../layout/button'
import { IconButton } from '../layout/icon-button'
import css from './parts.module.css'
import { partPlace } from './part-place'

export interface PartBarProps {
  readonly hunks: readonly Hunk[]
  /** Which one is meant. */
  readonly at: number
  readonly disabled: boolean
  /** Both changed its lines; or the person alone. */
  readonly by: 'both' | 'person' | 'agent'
  readonly onResolve: () => void
  readonly onGo: (by: 1 | -1) => void
  readonly onDecide: (decision: 'accepted' | 'rejected', why?: string) => void
}

/** The part of the change that the keys and buttons mean, and the answers to it. */
export function PartBar({ hunks, at, disabled, by, onResolve, onGo, onDecide }: PartBarProps): JSX.Element | null {
  const [why, setWhy] = useState<string>()
  const hunk = hunks[at]
  if (hunk === undefined) return null
  const refuse = (): void => {
    onDecide('rejected', why)
    setWhy(undefined)
  }
  return (
    <div role="group" aria-label={t('Part of the change')} className={css.bar}>
      <IconButton label={t('Previous hunk (Alt+K)')} onPress={() => onGo(-1)}>
        <ChevronUp size={16} />
      </IconButton>
      <IconButton label={t('Next hunk (Alt+J)')} onPress={() => onGo(1)}>
        <ChevronDown size={16} />
      </IconButton>
      <p aria-live="polite" className={css.place}>
        {t('Hunk {part} of {parts}', { part: at + 1, parts: hunks.length })} · {partPlace(hunk)}
        {by !== 'agent' && <span className={css.by}>{by === 'both' ? t('Conflict') : t('Changed by you')}</span>}
      </p>
      <span className={css.answers}>
        {by === 'both' ? (
          <Button look="plain" disabled={disabled} onPress={onResolve} title={t('Resolve this conflict (Alt+Y or Alt+N)')}>
            <GitMerge size={14} aria-hidden="true" />
            <span>{t('Resolve conflict…')}</span>
          </Button>
        ) : (
          <>
            {by === 'agent' && (
              <Button look="plain" disabled={disabled} onPress={() => setWhy(why === undefined ? '' : undefined)}>
                {t('Reject with a reason…')}
              </Button>
            )}
            <Button look="plain" disabled={disabled} onPress={refuse} title={t('Reject this hunk (Alt+N)')}>
              <Undo2 size={14} aria-hidden="true" />
              <span>{by === 'person' ? t('Undo your change') : t('Reject hunk')}</span>
            </Button>
            <Button look="plain" disabled={disabled} onPress={() => onDecide('accepted')} title={t('Accept this hunk (Alt+Y)')}>
              <Check size={14} aria-hidden="true" />
              <span>{by === 'person' ? t('Keep it') : t('Accept hunk')}</span>
            </Button>
          </>
        )}
      </span>
      {why !== undefined && by === 'agent' && (
        <textarea
          className={css.why}
          aria-label={t('Reason for the agent')}
          placeholder={t('What is wrong with it? Ctrl+Enter rejects this hunk.')}
          rows={2}
          // The person just asked for this field.
          autoFocus
          value={why}
          onChange={(event) => setWhy(event.target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return
            if (event.key === 'Escape') setWhy(undefined)
            else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !disabled) refuse()
            else return
            event.preventDefault()
            event.stopPropagation()
          }}
        />
      )}
    </div>
  )
}
