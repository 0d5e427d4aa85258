import { assertNever, type CompactionRow } from '@tabwright/protocol'
import { ChevronRight } from 'lucide-react'
import { memo, type ReactNode } from 'react'
import { plural, t } from '../language'
import { count } from '../layout/figures'
import { useExpansion } from './expansion'
import { Markdown } from './markdown'
import styles from './message.module.css'

/** Where a summary took the place of what is above it, for the model. Opens to the summary. */
export const CompactionLine = memo(({ row }: { readonly row: CompactionRow }): ReactNode => {
  const [open, setOpen] = useExpansion(row.key)
  const said = lineOf(row)
  if (row.summary === undefined)
    return (
      <p className={styles['unseen']} role="note">
        {said}
      </p>
    )
  return (
    <div className={styles['thinking']}>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight size={13} aria-hidden /> {said}
      </button>
      {open && <Markdown text={row.summary} />}
    </div>
  )
})

function lineOf({ state, messages, before, after, failure }: CompactionRow): string {
  const what = { messages: plural(messages, 'message'), before: count(before) }
  switch (state) {
    case 'running':
      return t('Summarising {messages} …', what)
    case 'done':
      return after === undefined
        ? t('Summarised {messages}, {before} tokens', what)
        : t('Summarised {messages}, {before} → {after} tokens', { ...what, after: count(after) })
    case 'failed':
      return failure?.message ?? t('The summary failed; the conversation is as it was.')
    default:
      return assertNever(state)
  }
}
