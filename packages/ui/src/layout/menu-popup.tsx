import type { KeyboardEvent, ReactNode } from 'react'
import { Menu } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import type { MenuButtonProps } from './menu-button'
import styles from './menu.module.css'

/** The menu itself. It comes with the first click on a {@link MenuButton}, and is then open at once. */
export function MenuPopup({
  label,
  testId,
  className,
  children,
  side = 'bottom',
  align = 'start',
  entries,
  chosen,
}: MenuButtonProps): ReactNode {
  return (
    <Menu.Root defaultOpen>
      <Menu.Trigger className={className} aria-label={label} data-testid={testId}>
        {children}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className={styles['positioner']} side={side} align={align} sideOffset={6}>
          <Menu.Popup className={styles['popup']} onKeyDownCapture={pickByNumber}>
            {chosen === undefined ? (
              entries.map((entry) => (
                <Menu.Item key={entry.id} className={styles['item']} data-danger={entry.danger} onClick={entry.onPick}>
                  <span>{entry.icon}</span> <span>{entry.label}</span>
                  {entry.about !== undefined && <small>{entry.about}</small>}
                </Menu.Item>
              ))
            ) : (
              <Menu.RadioGroup value={chosen} onValueChange={(id: string) => entries.find((entry) => entry.id === id)?.onPick()}>
                {entries.map((entry, at) => (
                  <Menu.RadioItem key={entry.id} value={entry.id} closeOnClick className={styles['item']}>
                    <span>{entry.id === chosen && <Check size={14} aria-hidden />}</span> <span>{entry.label}</span>
                    {at < 9 && <kbd aria-hidden>{at + 1}</kbd>}
                    {entry.about !== undefined && <small>{entry.about}</small>}
                  </Menu.RadioItem>
                ))}
              </Menu.RadioGroup>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

/** 1 to 9 pick the line of that number. */
function pickByNumber(event: KeyboardEvent<HTMLElement>): void {
  if (!/^[1-9]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return
  const line = event.currentTarget.querySelectorAll('[role^="menuitem"]')[Number(event.key) - 1]
  if (!(line instanceof HTMLElement)) return
  event.preventDefault()
  event.stopPropagation()
  line.click()
}
