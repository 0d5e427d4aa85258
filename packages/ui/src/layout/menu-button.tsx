import { Suspense, useState, type ReactNode } from 'react'
import { lazyLayer } from './lazy-part'

/** One line of a menu. */
export interface MenuEntry {
  readonly id: string
  readonly label: string
  readonly about?: string
  readonly icon?: ReactNode
  /** It takes something away. */
  readonly danger?: boolean
  readonly onPick: () => void
}

export interface MenuButtonProps {
  /** The button's accessible name. */
  readonly label: string
  /** What it is found by in every language. */
  readonly testId?: string
  readonly className: string | undefined
  /** What the button shows. */
  readonly children: ReactNode
  readonly side?: 'top' | 'bottom'
  readonly align?: 'start' | 'end'
  readonly entries: readonly MenuEntry[]
  /** With it the entries are choices, of which this one is made. */
  readonly chosen?: string
}

const load = (): Promise<typeof import('./menu-popup')> => import('./menu-popup')
const MenuPopup = lazyLayer('The menu', async () => (await load()).MenuPopup)

/** A button that opens a menu. Positioning and keys of menus are 40 kB that a first look at the page does not need. */
export function MenuButton(props: MenuButtonProps): ReactNode {
  const [isWanted, setWanted] = useState(false)
  const prefetch = (): void => {
    load().catch(reportError)
  }
  const button = (
    <button
      type="button"
      className={props.className}
      aria-label={props.label}
      data-testid={props.testId}
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={prefetch}
      onFocus={prefetch}
      onClick={() => setWanted(true)}
    >
      {props.children}
    </button>
  )
  if (!isWanted) return button
  return (
    <Suspense fallback={button}>
      <MenuPopup {...props} />
    </Suspense>
  )
}
