import type { ReactNode } from 'react'
import { assertNever, type AgentRow, type NoticeRow, type Row, type UserRow } from '@tabwright/protocol'
import { t } from '../language'
import type { MenuEntry } from '../layout/menu-button'
import { CompactionLine } from './compaction-line'
import { groupRows, type TranscriptItem } from './group-rows'
import { AgentMessage, Notice, UserMessage } from './message'
import { ToolCard, ToolGroup } from './tool-card'
import styles from './transcript.module.css'

/** What stands at this place, for its margins. */
export function kindOf(item: TranscriptItem): string {
  return item.type === 'group' ? 'call' : item.row.type
}

/** What can be done with a message. Keep the functions, or every message renders again. */
export interface MessageMenus {
  readonly user: (row: UserRow) => readonly MenuEntry[]
  readonly agent: (row: AgentRow) => readonly MenuEntry[]
}

export interface ItemProps {
  readonly item: TranscriptItem
  readonly action?: ((row: NoticeRow) => ReactNode) | undefined
  readonly menus?: MessageMenus | undefined
}

/** One place of a conversation. */
export function Item({ item, action, menus }: ItemProps): ReactNode {
  if (item.type === 'group') return <ToolGroup id={item.key} rows={item.rows} />
  const { row } = item
  switch (row.type) {
    case 'user':
      return <UserMessage row={row} menu={menus?.user} />
    case 'agent':
      return <AgentMessage row={row} menu={menus?.agent} />
    case 'call':
      return <ToolCard row={row} inside={taskRows} />
    case 'notice':
      return <Notice row={row} times={item.times} action={action?.(row)} />
    case 'compaction':
      return <CompactionLine row={row} />
    default:
      return assertNever(row)
  }
}

/** A sub-agent's conversation, in the card of the call that asked for it. Kept from render to render: cards are memoised. */
function taskRows(rows: readonly Row[]): ReactNode {
  return (
    <div role="group" aria-label={t('Conversation of the sub-agent')} className={styles['task']}>
      {groupRows(rows).map((item) => (
        <div key={item.key} data-kind={kindOf(item)}>
          <Item item={item} />
        </div>
      ))}
    </div>
  )
}
