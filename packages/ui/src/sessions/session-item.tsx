import { useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react'
import { assertNever, type SessionRow } from '@tabwright/protocol'
import { Archive, ArchiveRestore, Download, Ellipsis, FileText, GitFork, Pencil, Pin, PinOff, Share2, Trash2 } from 'lucide-react'
import { t } from '../language'
import { Visible } from '../approvals/exact-request'
import { ago } from '../layout/figures'
import { MenuButton, type MenuEntry } from '../layout/menu-button'
import { RenameField } from './rename-field'
import type { SessionListProps } from './session-list'
import styles from './session-list.module.css'

interface SessionItemProps {
  readonly session: SessionRow
  readonly isCurrent: boolean
  /** Words of it that a search found. */
  readonly words?: string | undefined
  readonly list: Omit<SessionListProps, 'sessions' | 'current'>
}

/** One session: its link, its state in words, rename (F2) and delete. */
export function SessionItem({ session, isCurrent, words, list }: SessionItemProps): ReactNode {
  const [renaming, setRenaming] = useState(false)
  const link = useRef<HTMLAnchorElement>(null)
  const onClick = (event: MouseEvent): void => {
    // With a modifier the browser opens a tab of its own, as for any link.
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    list.onOpen(session.id)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'F2') setRenaming(true)
    else if (event.key === 'Delete') list.onRemove(session)
    else return
    event.preventDefault()
  }
  const finish = (title: string | undefined): void => {
    setRenaming(false)
    if (title !== undefined && title !== session.title) list.onRename(session.id, title)
    requestAnimationFrame(() => link.current?.focus())
  }
  const word = stateWord(session.state)
  return (
    <li className={styles['item']} data-current={isCurrent || undefined} data-found={words !== undefined || undefined}>
      <span className={styles['dot']} data-state={session.state} title={word} aria-hidden />
      {renaming ? (
        <RenameField label={t('Session title')} title={session.title} onDone={finish} />
      ) : (
        <a
          ref={link}
          href={list.hrefOf(session.id)}
          aria-current={isCurrent ? 'page' : undefined}
          title={session.title}
          onClick={onClick}
          onKeyDown={onKeyDown}
        >
          {session.title}
        </a>
      )}
      {word !== '' && <span className="visually-hidden">{word}</span>}
      {words !== undefined && (
        <span className={styles['words']}>
          <Visible text={words} />
        </span>
      )}
      {session.isImported === true && <span className={styles['badge']}>{t('imported')}</span>}
      <span className={styles['time']}>{ago(session.updatedAt, list.now)}</span>
      <MenuButton
        label={t('Actions for {title}', { title: session.title })}
        className={styles['more']}
        align="end"
        entries={[
          { id: 'rename', label: t('Rename'), icon: <Pencil size={14} aria-hidden />, onPick: () => setRenaming(true) },
          ...shelves(session, list),
          { id: 'fork', label: t('Fork'), icon: <GitFork size={14} aria-hidden />, onPick: () => list.onFork(session) },
          { id: 'export', label: t('Export'), icon: <Download size={14} aria-hidden />, onPick: () => list.onExport(session) },
          {
            id: 'markdown',
            label: t('Save as Markdown'),
            icon: <FileText size={14} aria-hidden />,
            onPick: () => list.onMarkdown(session),
          },
          { id: 'share', label: t('Save a copy to share'), icon: <Share2 size={14} aria-hidden />, onPick: () => list.onShare(session) },
          { id: 'delete', label: t('Delete'), icon: <Trash2 size={14} aria-hidden />, danger: true, onPick: () => list.onRemove(session) },
        ]}
      >
        <Ellipsis size={15} aria-hidden />
      </MenuButton>
    </li>
  )
}

/** Ways to other places in the list. */
function shelves(session: SessionRow, { onShelve }: Pick<SessionListProps, 'onShelve'>): readonly MenuEntry[] {
  const icon = { size: 14, 'aria-hidden': true } as const
  const back = (): void => onShelve(session, undefined)
  if (session.isArchived) return [{ id: 'unarchive', label: t('Bring back'), icon: <ArchiveRestore {...icon} />, onPick: back }]
  return [
    session.isPinned
      ? { id: 'unpin', label: t('Unpin'), icon: <PinOff {...icon} />, onPick: back }
      : { id: 'pin', label: t('Pin'), icon: <Pin {...icon} />, onPick: () => onShelve(session, 'pinned') },
    { id: 'archive', label: t('Archive'), icon: <Archive {...icon} />, onPick: () => onShelve(session, 'archived') },
  ]
}

/** What the dot says, for those who cannot see it. An idle session needs no word. */
function stateWord(state: SessionRow['state']): string {
  switch (state) {
    case 'idle':
      return ''
    case 'running':
      return t('running')
    case 'waiting':
      return t('needs you')
    case 'failed':
      return t('stopped with an error')
    default:
      return assertNever(state)
  }
}
