import type { ReactNode } from 'react'
import { Copy, Ellipsis, GitFork, Pencil, RotateCcw } from 'lucide-react'
import { t } from '../language'
import { IconButton } from '../layout/icon-button'
import { MenuButton, type MenuEntry } from '../layout/menu-button'
import { useCopy } from '../layout/use-copy'
import styles from './message.module.css'

export interface MessageActionsProps {
  /** What *Copy* copies. */
  readonly text: string
  /** Those of {@link SIGNS} stand beside *Copy*, the others are in a menu. */
  readonly entries: readonly MenuEntry[]
  readonly children?: ReactNode
}

/** What is done often enough to have a button of its own. */
const SIGNS: Readonly<Record<string, ReactNode>> = {
  edit: <Pencil size={14} aria-hidden />,
  retry: <RotateCcw size={14} aria-hidden />,
  'fork-behind': <GitFork size={14} aria-hidden />,
}

/** What can be done with a message. */
export function MessageActions({ text, entries, children }: MessageActionsProps): ReactNode {
  const copy = useCopy(text)
  const others = entries.filter(({ id }) => SIGNS[id] === undefined)
  return (
    <div className={styles['actions']}>
      <IconButton label={copy.label} onPress={copy.run}>
        <Copy size={14} aria-hidden />
      </IconButton>
      {entries.map(
        ({ id, label, onPick }) =>
          SIGNS[id] !== undefined && (
            <IconButton key={id} label={label} onPress={onPick}>
              {SIGNS[id]}
            </IconButton>
          ),
      )}
      {others.length > 0 && (
        <MenuButton label={t('Actions for this message')} className={styles['more']} align="end" entries={others}>
          <Ellipsis size={15} aria-hidden />
        </MenuButton>
      )}
      {children}
    </div>
  )
}
