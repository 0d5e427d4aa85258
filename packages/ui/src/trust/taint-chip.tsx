import { Suspense, useState, type ReactNode } from 'react'
import { lazyLayer } from '../layout/lazy-part'
import type { SessionTaint } from '@tabwright/protocol'
import { Footprints, ShieldAlert, Siren, Unplug } from 'lucide-react'
import { taintView } from './taint-words'
import styles from './taint.module.css'

export interface TaintChipProps {
  readonly taint: SessionTaint
  /** Undefined where this tab may not change the session. */
  readonly onNetwork: ((open: boolean) => void) | undefined
  /** The newest place in front of a fact that a fork can begin at; undefined where there is none. */
  readonly findFork: (before: number) => Promise<number | undefined>
  readonly onFork: (at: number) => void
}

const load = (): Promise<typeof import('./taint-popup')> => import('./taint-popup')
const TaintPopup = lazyLayer('What came together', async () => (await load()).TaintPopup)
const ICONS = { calm: Footprints, asks: ShieldAlert, closed: Unplug, alarm: Siren } as const

/** What came together in the session, where that is something. A press tells what set it, when, and what can be done. */
export function TaintChip(props: TaintChipProps): ReactNode {
  const [isWanted, setWanted] = useState(false)
  const view = taintView(props.taint)
  if (view === undefined) return null
  const Icon = ICONS[view.level]
  const prefetch = (): void => {
    load().catch(reportError)
  }
  const content = (
    <>
      <Icon size={13} aria-hidden />
      <span className={styles['word']}>{view.short}</span>
    </>
  )
  const button = (
    <button
      type="button"
      className={styles['chip']}
      data-level={view.level}
      aria-label={view.label}
      title={view.label}
      aria-haspopup="dialog"
      aria-expanded={false}
      onPointerEnter={prefetch}
      onFocus={prefetch}
      onClick={() => setWanted(true)}
    >
      {content}
    </button>
  )
  if (!isWanted) return button
  return (
    <Suspense fallback={button}>
      <TaintPopup {...props} view={view}>
        {content}
      </TaintPopup>
    </Suspense>
  )
}
