import { MessageSquarePlus, Trash2 } from 'lucide-react'
import { type JSX, useState } from 'react'
import { Visible } from '../approvals/exact-request'
import { Button } from '../layout/button'
import { plural, t } from '../language'
import { IconButton } from '../layout/icon-button'
import type { LineComment } from './line-comment'
import css from './parts.module.css'

export interface CommentFieldProps {
  readonly line: number
  readonly onAdd: (text: string, sendsAll: boolean) => void
  readonly onCancel: () => void
}

/** One line of a file, to be commented on. */
export function CommentField({ line, onAdd, onCancel }: CommentFieldProps): JSX.Element {
  const [text, setText] = useState('')
  const isEmpty = text.trim() === ''
  return (
    <div role="group" aria-label={t('Comment on line {line}', { line })} className={css.bar}>
      <textarea
        className={css.why}
        aria-label={t('Comment on line {line}', { line })}
        placeholder={t('About line {line}. Enter keeps it, Ctrl+Enter sends all comments.', { line })}
        rows={2}
        // The person just asked for this field.
        autoFocus
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          const isSend = event.ctrlKey || event.metaKey
          if (event.key === 'Escape') onCancel()
          else if (event.key === 'Enter' && (isSend || !event.shiftKey) && !isEmpty) onAdd(text, isSend)
          else return
          event.preventDefault()
          event.stopPropagation()
        }}
      />
      <span className={css.answers}>
        <Button look="plain" onPress={onCancel}>
          {t('Cancel')}
        </Button>
        <Button disabled={isEmpty} onPress={() => onAdd(text, false)}>
          <MessageSquarePlus size={14} aria-hidden="true" />
          <span>{t('Add comment')}</span>
        </Button>
      </span>
    </div>
  )
}

export interface CommentListProps {
  readonly comments: readonly LineComment[]
  readonly disabled: boolean
  readonly onRemove: (at: number) => void
  readonly onSend: () => void
}

/** What was said so far and not sent. */
export function CommentList({ comments, disabled, onRemove, onSend }: CommentListProps): JSX.Element | null {
  if (comments.length === 0) return null
  return (
    <section aria-label={t('Comments')} className={css.refusals}>
      <div className={css.refusalHead}>
        <h3 className={css.title}>{t('{comments} not sent yet', { comments: plural(comments.length, 'comment') })}</h3>
        <Button disabled={disabled} onPress={onSend} title={t('Send all comments (Ctrl+Enter)')}>
          {t('Send to the agent')}
        </Button>
      </div>
      <ul role="list" className={css.list}>
        {comments.map(({ path, line, quote, text }, at) => (
          <li key={`${path} ${line} ${at}`} className={css.comment}>
            <div className={css.refusalHead}>
              <span>
                <Visible text={path} />:{line} <code className={css.more}>{quote.trim()}</code>
              </span>
              <IconButton label={t('Remove the comment on line {line} of {path}', { line, path })} onPress={() => onRemove(at)}>
                <Trash2 size={14} />
              </IconButton>
            </div>
            <p className={css.said}>{text}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
