import { memo, type ReactNode } from 'react'
import type { CallRow } from '@tabwright/protocol'
import { ChevronRight } from 'lucide-react'
import { said, t } from '../language'
import { Visible } from '../approvals/exact-request'
import { elapsed } from '../layout/figures'
import { useNow } from '../layout/use-now'
import { FixButton } from './fix-button'
import { ToolDetails, type Inside } from './tool-details'
import { ToolState } from './tool-state'
import { useExpansion } from './expansion'
import { groupTitle } from './group-rows'
import { noteText, outputTail, toolLine } from './tool-line'
import styles from './tool-card.module.css'

interface ToolCardProps {
  readonly row: CallRow
  /** Shows the conversation of a sub-agent. Keep the function. */
  readonly inside?: Inside | undefined
}

/** One call of a tool: a line that says what and how it went, and everything else on demand. */
export const ToolCard = memo(({ row, inside }: ToolCardProps): ReactNode => {
  const [open, setOpen] = useExpansion(row.key)
  const line = toolLine(row)
  return (
    <div
      role="group"
      aria-label={t('Tool call: {name}', { name: row.name })}
      data-testid="tool-call"
      className={styles['card']}
      data-state={row.state}
      data-open={open || undefined}
    >
      <button type="button" className={styles['line']} aria-expanded={open} onClick={() => setOpen(!open)}>
        <ToolState state={row.state} />
        <span className={styles['verb']} data-shell={line.verb === '$' || undefined}>
          {line.verb}
        </span>
        <span className={styles['subject']}>
          <Visible text={line.subject} />
        </span>
        {line.added !== undefined && <span className={styles['added']}>+{line.added}</span>}
        {line.removed !== undefined && <span className={styles['removed']}>−{line.removed}</span>}
        <Notes row={row} notes={line.notes} />
        <ChevronRight size={14} aria-hidden className={styles['chevron']} />
      </button>
      {!open && <Glimpse row={row} />}
      {open && <ToolDetails row={row} inside={inside} />}
    </div>
  )
})

function Notes({ row, notes }: { readonly row: CallRow; readonly notes: readonly string[] }): ReactNode {
  const now = useNow(row.state === 'running')
  const ticking = row.state === 'running' && row.startedAt !== undefined ? [elapsed(now - row.startedAt)] : []
  const all = [...notes, ...ticking]
  return all.length === 0 ? null : <span className={styles['notes']}>{all.join(' · ')}</span>
}

/** What cannot wait for a click: the newest output of a running command, and why a call failed. */
function Glimpse({ row }: { readonly row: CallRow }): ReactNode {
  if (row.state === 'running' && row.live !== undefined && row.live !== '') {
    return <pre className={styles['glimpse']}>{outputTail(row.live, 6).text}</pre>
  }
  if (row.outcome?.type === 'failed')
    return (
      <div className={styles['failure']}>
        <p className={styles['reason']}>{said(row.outcome.failure.message)}</p>
        <FixButton row={row} />
      </div>
    )
  if (row.outcome?.type === 'denied' && row.outcome.note !== undefined)
    return <p className={styles['reason']}>{noteText(row, row.outcome.note)}</p>
  return null
}

/** Several finished look-ups on one line. */
export const ToolGroup = memo(({ id, rows }: { readonly id: string; readonly rows: readonly CallRow[] }): ReactNode => {
  const [open, setOpen] = useExpansion(id)
  return (
    <div className={styles['group']} data-open={open || undefined}>
      <button type="button" className={styles['line']} aria-expanded={open} onClick={() => setOpen(!open)}>
        <ToolState state="done" />
        <span className={styles['verb']}>{groupTitle(rows)}</span>
        <span className={styles['subject']} />
        <ChevronRight size={14} aria-hidden className={styles['chevron']} />
      </button>
      {open && (
        <div className={styles['members']}>
          {rows.map((row) => (
            <ToolCard key={row.key} row={row} />
          ))}
        </div>
      )}
    </div>
  )
})
