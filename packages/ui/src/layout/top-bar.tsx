import { useState, type ReactNode } from 'react'
import type { RelayState } from '@tabwright/protocol'
import { Ellipsis, PanelLeft, PanelRight, Search, Settings, Share2 } from 'lucide-react'
import { RenameField } from '../sessions/rename-field'
import type { FrameOpen, FramePart } from './frame-parts'
import { plural, t, type Phrase } from '../language'
import { IconButton } from './icon-button'
import { MenuButton, type MenuEntry } from './menu-button'
import { Mark } from './mark'
import styles from './top-bar.module.css'

export interface TopBarProps {
  /** The open session; undefined on the first page. */
  readonly session: { readonly title: string; readonly added: number; readonly removed: number } | undefined
  readonly onRename: (title: string) => void
  /** What else can be done with the session; no button where that is nothing. */
  readonly menu: readonly MenuEntry[]
  readonly onChanges: () => void
  readonly onHome: () => void
  /** What came together in the session. */
  readonly trust?: ReactNode
  readonly relay: RelayState
  /** Others follow the session now; undefined: nobody can. */
  readonly live?: LiveNow | undefined
  readonly open: FrameOpen
  readonly onOpen: (part: FramePart, open: boolean) => void
  readonly onSettings: () => void
  /** Opens what makes links to the session. */
  readonly onShare: () => void
  readonly onPalette: () => void
  /** As people read them. */
  readonly keys: Readonly<Record<'palette' | 'sessions' | 'workbench', string>>
}

/** That others can follow the session, and how many do; undefined where the relay does not say. */
interface LiveNow {
  readonly viewers: number | undefined
  /** They do not have the newest. */
  readonly isBehind: boolean
}

/** Where one is: product, session, what changed, and whether the relay is there. */
export function TopBar(props: TopBarProps): ReactNode {
  const { session, open, onOpen, keys } = props
  return (
    <header className={styles['bar']}>
      <span className={styles['wide']}>
        <IconButton
          label={t(open.sessions ? 'Hide sessions ({keys})' : 'Show sessions ({keys})', { keys: keys.sessions })}
          pressed={open.sessions}
          onPress={() => onOpen('sessions', !open.sessions)}
        >
          <PanelLeft size={16} aria-hidden />
        </IconButton>
      </span>
      <button type="button" className={styles['brand']} onClick={props.onHome} title={t('Start page')}>
        <Mark size={18} />
        <span>Tabwright</span>
      </button>
      {session !== undefined && <Title key={session.title} title={session.title} onRename={props.onRename} />}
      {session !== undefined && props.menu.length > 0 && (
        <MenuButton label={t('Session menu')} className={styles['menu']} entries={props.menu}>
          <Ellipsis size={16} aria-hidden />
        </MenuButton>
      )}
      {session !== undefined && session.added + session.removed > 0 && (
        <button type="button" className={styles['chip']} onClick={props.onChanges}>
          <span className="visually-hidden">
            {t('{lines} added, {removed} removed: show changes', {
              lines: plural(session.added, 'line'),
              removed: session.removed,
            })}
          </span>
          <span aria-hidden>
            <span data-sign="plus">+{session.added}</span> <span data-sign="minus">−{session.removed}</span>
          </span>
        </button>
      )}
      <span className={styles['gap']} />
      {session !== undefined && props.trust}
      {props.live && <LiveChip {...props.live} onPress={props.onShare} />}
      <RelayDot state={props.relay} />
      {session !== undefined && (
        <IconButton label={t('Share')} testId="share" onPress={props.onShare}>
          <Share2 size={16} aria-hidden />
        </IconButton>
      )}
      <IconButton label={t('Command palette ({keys})', { keys: keys.palette })} onPress={props.onPalette}>
        <Search size={16} aria-hidden />
      </IconButton>
      <IconButton label={t('Settings')} testId="settings" onPress={props.onSettings}>
        <Settings size={16} aria-hidden />
      </IconButton>
      {session !== undefined && (
        <span className={styles['wide']}>
          <IconButton
            label={t(open.workbench ? 'Hide workbench ({keys})' : 'Show workbench ({keys})', { keys: keys.workbench })}
            pressed={open.workbench}
            onPress={() => onOpen('workbench', !open.workbench)}
          >
            <PanelRight size={16} aria-hidden />
          </IconButton>
        </span>
      )}
    </header>
  )
}

/** Whoever shares what goes on is to see it all the time. */
function LiveChip({ viewers, isBehind, onPress }: LiveNow & { readonly onPress: () => void }): ReactNode {
  return (
    <button type="button" className={styles['live']} data-behind={isBehind} aria-label={liveName(viewers, isBehind)} onClick={onPress}>
      {viewers === undefined ? t('Live') : t('Live {n}', { n: viewers })}
    </button>
  )
}

function liveName(viewers: number | undefined, isBehind: boolean): string {
  if (viewers === undefined) return t(isBehind ? 'Live, behind: show links' : 'Live: show links')
  if (viewers === 1) return t(isBehind ? 'Live, 1 looks on, behind: show links' : 'Live, 1 looks on: show links')
  return t(isBehind ? 'Live, {n} look on, behind: show links' : 'Live, {n} look on: show links', { n: viewers })
}

function Title({ title, onRename }: { readonly title: string; readonly onRename: (title: string) => void }): ReactNode {
  const [renaming, setRenaming] = useState(false)
  const done = (next: string | undefined): void => {
    setRenaming(false)
    if (next !== undefined && next !== title) onRename(next)
  }
  if (renaming) {
    return (
      <span className={styles['field']}>
        <RenameField label={t('Session title')} title={title} onDone={done} />
      </span>
    )
  }
  return (
    <h1 className={styles['title']}>
      <button type="button" onClick={() => setRenaming(true)} title={t('Rename')}>
        {title}
      </button>
    </h1>
  )
}

const STANDING: Readonly<Record<RelayState, Phrase>> = {
  connected: 'connected',
  connecting: 'connecting',
  locked: 'wants a code',
  offline: 'offline',
  none: 'none',
}

/** Whether the relay is there, as a dot and in words. */
function RelayDot({ state }: { readonly state: RelayState }): ReactNode {
  const said = t('Relay: {state}', { state: t(STANDING[state]) })
  return (
    <span role="status" className={styles['relay']} data-testid="relay-dot" data-state={state} title={said}>
      <span aria-hidden /> <span className={styles['word']}>{said}</span>
    </span>
  )
}
