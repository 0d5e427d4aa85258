import { useMemo, useRef, type ReactNode } from 'react'
import { assertNever, type NoticeRow, type Row } from '@tabwright/protocol'
import { ArrowDown } from 'lucide-react'
import { Virtualizer } from 'virtua'
import { Boundary } from '../layout/boundary'
import { Announcer } from './announcer'
import { Expansion } from './expansion'
import { groupRows, type TranscriptItem } from './group-rows'
import { AgentMessage, Notice, UserMessage } from './message'
import { ToolCard, ToolGroup } from './tool-card'
import { useStickToEnd } from './use-stick-to-end'
import styles from './transcript.module.css'

export interface TranscriptProps {
  /** Whose conversation: scroll position and open cards belong to it. Give it as `key` too. */
  readonly session: string
  readonly rows: readonly Row[]
  /** The agent works: tests wait on `data-busy`, since rows scrolled away are not on the page. */
  readonly busy: boolean
  /** What can be done about the newest notice, when it is the last row. */
  readonly noticeAction?: (row: NoticeRow) => ReactNode
}

/** Keys that scroll up. */
const UPWARDS = new Set(['ArrowUp', 'PageUp', 'Home'])

/** The conversation. Only rows in view are on the page. */
export function Transcript({ session, rows, busy, noticeAction }: TranscriptProps): ReactNode {
  const items = useMemo(() => groupRows(rows), [rows])
  const stick = useStickToEnd(session, items.length)
  const expansion = useRef(new Map<string, boolean>())
  const newest = items.at(-1)?.key
  return (
    <div className={styles['frame']}>
      <div
        ref={stick.scroller}
        className={styles['scroller']}
        role="log"
        aria-label="Conversation"
        aria-live="off"
        aria-busy={busy}
        data-busy={busy}
        tabIndex={0}
        onWheel={(event) => event.deltaY < 0 && stick.onMoveUp()}
        onTouchMove={stick.onMoveUp}
        onPointerDown={(event) => event.target === event.currentTarget && stick.onMoveUp()}
        onKeyDown={(event) => UPWARDS.has(event.key) && event.target === event.currentTarget && stick.onMoveUp()}
      >
        <Expansion value={expansion.current}>
          <Virtualizer ref={stick.list} scrollRef={stick.scroller} data={items} onScroll={stick.onScroll} onResize={stick.onResize} bufferSize={600}>
            {(item) => (
              <div key={item.key} className={styles['item']} data-kind={kindOf(item)}>
                <Boundary what={item.type === 'group' ? 'These calls' : 'This message'} raw={item}>
                  <Item item={item} action={item.key === newest ? noticeAction : undefined} />
                </Boundary>
              </div>
            )}
          </Virtualizer>
        </Expansion>
      </div>
      {stick.away && (
        <button type="button" className={styles['jump']} onClick={stick.jump}>
          <ArrowDown size={14} aria-hidden /> Jump to latest{stick.missed > 0 ? ` (${stick.missed})` : ''}
        </button>
      )}
      <Announcer rows={rows} />
    </div>
  )
}

function kindOf(item: TranscriptItem): string {
  return item.type === 'group' ? 'call' : item.row.type
}

function Item({ item, action }: { readonly item: TranscriptItem; readonly action: TranscriptProps['noticeAction'] }): ReactNode {
  if (item.type === 'group') return <ToolGroup id={item.key} rows={item.rows} />
  const { row } = item
  switch (row.type) {
    case 'user':
      return <UserMessage row={row} />
    case 'agent':
      return <AgentMessage row={row} />
    case 'call':
      return <ToolCard row={row} />
    case 'notice':
      return <Notice row={row} action={action?.(row)} />
    default:
      return assertNever(row)
  }
}
