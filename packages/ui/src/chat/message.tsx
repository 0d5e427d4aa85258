import { memo, type ReactNode } from 'react'
import { assertNever, type AgentRow, type NoticeRow, type UserRow } from '@tabwright/protocol'
import { ChevronRight, CircleAlert, Info, TriangleAlert } from 'lucide-react'
import { plural, said, t } from '../language'
import { count, dollars, duration } from '../layout/figures'
import type { MenuEntry } from '../layout/menu-button'
import { Attachments } from './attachments'
import { useExpansion } from './expansion'
import { Markdown } from './markdown'
import { MessageActions } from './message-actions'
import styles from './message.module.css'

export interface UserMessageProps {
  readonly row: UserRow
  /** What else can be done with it. Keep the function, or every message renders again. */
  readonly menu?: ((row: UserRow) => readonly MenuEntry[]) | undefined
}

/** What the app told the agent in the person's place. Nobody has to read it, and whoever wants to can. */
function AppMessage({ row }: { readonly row: UserRow }): ReactNode {
  const [open, setOpen] = useExpansion(row.key)
  return (
    <div className={styles['thinking']} role="note" aria-label={t('From the app')}>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight size={13} aria-hidden /> {t('From the app to the agent')}
      </button>
      {open && <p>{row.text}</p>}
    </div>
  )
}

/** What the person wrote. Shown as typed: no markdown, every line break kept. */
export const UserMessage = memo(({ row, menu }: UserMessageProps): ReactNode => {
  if (row.from === 'app') return <AppMessage row={row} />
  const entries = menu?.(row) ?? []
  return (
    <article aria-label={writerOf(row)} data-testid="message" tabIndex={-1} className={styles['user']} data-from={row.from}>
      {row.from === 'worker' && <p className={styles['from']}>{t('{who} wrote this through the relay', { who: row.by ?? '' })}</p>}
      {row.from === 'agent' && <p className={styles['from']}>{t('What the agent asked its sub-agent to do')}</p>}
      {row.from === 'review' && <p className={styles['from']}>{t('Told the agent, after your change to the files')}</p>}
      {row.attached !== undefined && <Attachments label={t('Attached')} list={row.attached} />}
      {row.text !== '' && <p className={styles['said']}>{row.text}</p>}
      <MessageActions text={row.text} entries={entries} />
    </article>
  )
})

function writerOf({ from, by }: UserRow): string {
  if (from === 'worker') return t('The worker {name}', { name: by ?? '' })
  return t(from === 'agent' ? 'The task' : 'You')
}

export interface AgentMessageProps {
  readonly row: AgentRow
  /** As of {@link UserMessageProps}. */
  readonly menu?: ((row: AgentRow) => readonly MenuEntry[]) | undefined
}

/** What the agent wrote, thinking folded. */
export const AgentMessage = memo(({ row, menu }: AgentMessageProps): ReactNode => {
  const said = row.blocks.filter((block) => block.type === 'text').map((block) => block.text)
  const last = row.blocks.length - 1
  return (
    <article
      aria-label={t('Agent')}
      data-testid="message"
      className={styles['agent']}
      aria-busy={row.live}
      data-live={row.live || undefined}
    >
      {row.blocks.map((block, i) =>
        block.type === 'thinking' ? (
          <Thinking key={i} id={`${row.key} ${i}`} text={block.text} live={row.live && i === last} />
        ) : (
          <Markdown key={i} text={block.text} live={row.live && i === last} />
        ),
      )}
      {!row.live && said.some((text) => text !== '') && (
        <MessageActions text={said.join('\n\n')} entries={menu?.(row) ?? []}>
          {row.footer !== undefined && <Footer footer={row.footer} />}
        </MessageActions>
      )}
    </article>
  )
})

function Footer({ footer }: { readonly footer: NonNullable<AgentRow['footer']> }): ReactNode {
  const { usage, ms, model, dollars: price } = footer
  const read = usage.input + usage.cacheRead + usage.cacheWrite
  return (
    <span className={styles['footer']} title={model}>
      {t('{time} · {read} in / {written} out', { time: duration(ms), read: count(read), written: count(usage.output) })}
      {price !== undefined && ` · ${dollars(price)}`}
    </span>
  )
}

function Thinking({ id, text, live }: { readonly id: string; readonly text: string; readonly live: boolean }): ReactNode {
  const [open, setOpen] = useExpansion(id)
  const words = text.split(/\s+/).filter((word) => word !== '').length
  if (words === 0 && !live) return <p className={styles['unseen']}>{t('Thought · not shown by the provider')}</p>
  return (
    <div className={styles['thinking']}>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight size={13} aria-hidden /> {t(live ? 'Thinking · {words}' : 'Thought · {words}', { words: plural(words, 'word') })}
      </button>
      {open && <p>{text}</p>}
    </div>
  )
}

function noticeIcon(tone: NoticeRow['tone']): ReactNode {
  switch (tone) {
    case 'info':
      return <Info size={15} aria-hidden />
    case 'warn':
      return <TriangleAlert size={15} aria-hidden />
    case 'error':
      return <CircleAlert size={15} aria-hidden />
    default:
      return assertNever(tone)
  }
}

export interface NoticeProps {
  readonly row: NoticeRow
  /** How often it was said in a row. */
  readonly times?: number | undefined
  /** What can be done about it, on the newest notice only. */
  readonly action?: ReactNode
}

/** Something that happened to the session, and what was cut off by it. */
export function Notice({ row, times, action }: NoticeProps): ReactNode {
  return (
    <div className={styles['notice']} data-tone={row.tone} role={row.tone === 'error' ? 'alert' : 'note'}>
      {noticeIcon(row.tone)}
      <div>
        <p>
          {said(row.text)}
          {times !== undefined && <span className={styles['times']}>{` · ${plural(times, 'time')}`}</span>}
        </p>
        {row.partial !== undefined && row.partial !== '' && (
          <div className={styles['partial']}>
            <p className={styles['from']}>{t('interrupted, not sent to the model again')}</p>
            <Markdown text={row.partial} />
          </div>
        )}
        {action}
      </div>
    </div>
  )
}
