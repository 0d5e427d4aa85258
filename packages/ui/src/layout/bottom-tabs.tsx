import type { ReactNode } from 'react'
import { AppWindow, FileDiff, Files, List, MessageSquare, SquareTerminal } from 'lucide-react'
import { t, type Phrase } from '../language'
import type { NarrowView } from './frame-parts'
import styles from './app-frame.module.css'

export interface BottomTabsProps {
  readonly view: NarrowView
  readonly onView: (view: NarrowView) => void
  readonly withBench: boolean
  readonly withPreview: boolean
  readonly changeCount: number
}

const VIEWS: readonly { readonly view: NarrowView; readonly label: Phrase; readonly icon: ReactNode; readonly bench: boolean }[] = [
  { view: 'chat', label: 'Chat', icon: <MessageSquare size={18} aria-hidden />, bench: false },
  { view: 'changes', label: 'Changes', icon: <FileDiff size={18} aria-hidden />, bench: true },
  { view: 'files', label: 'Files', icon: <Files size={18} aria-hidden />, bench: true },
  { view: 'preview', label: 'Preview', icon: <AppWindow size={18} aria-hidden />, bench: true },
  { view: 'terminal', label: 'Terminal', icon: <SquareTerminal size={18} aria-hidden />, bench: true },
  { view: 'sessions', label: 'Sessions', icon: <List size={18} aria-hidden />, bench: false },
]

/** What a narrow screen shows is picked here; on a wide one this is not on the page. */
export function BottomTabs({ view, onView, withBench, withPreview, changeCount }: BottomTabsProps): ReactNode {
  return (
    <div className={styles['bottom']} role="group" aria-label={t('Views')}>
      {VIEWS.filter((one) => (withBench || !one.bench) && (withPreview || one.view !== 'preview')).map((one) => (
        <button key={one.view} type="button" aria-pressed={view === one.view} onClick={() => onView(one.view)}>
          {one.icon}
          <span>{t(one.label)}</span>
          {one.view === 'changes' && changeCount > 0 && <span className={styles['count']}>{changeCount}</span>}
        </button>
      ))}
    </div>
  )
}
