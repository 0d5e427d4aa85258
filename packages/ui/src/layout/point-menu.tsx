import type { ReactNode } from 'react'
import { Menu } from '@base-ui/react/menu'
import type { MenuEntry } from './menu-button'
import styles from './menu.module.css'

export interface PointMenuProps {
  /** What it is a menu of. */
  readonly label: string
  /** Where it was asked for, in the window. */
  readonly at: { readonly x: number; readonly y: number }
  readonly entries: readonly MenuEntry[]
  readonly onClose: () => void
  /** Where the focus goes when nothing was picked. */
  readonly back: () => HTMLElement | null
}

/** A menu at the pointer or the focused line. It is open as long as it is there. */
export function PointMenu({ label, at, entries, onClose, back }: PointMenuProps): ReactNode {
  const anchor = { getBoundingClientRect: () => new DOMRect(at.x, at.y, 0, 0) }
  return (
    <Menu.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Menu.Portal>
        <Menu.Positioner className={styles['positioner']} anchor={anchor} side="bottom" align="start">
          <Menu.Popup className={styles['popup']} aria-label={label} finalFocus={back}>
            {entries.map((entry) => (
              <Menu.Item key={entry.id} className={styles['item']} data-danger={entry.danger} onClick={entry.onPick}>
                <span>{entry.icon}</span> <span>{entry.label}</span>
                {entry.about !== undefined && <small>{entry.about}</small>}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
