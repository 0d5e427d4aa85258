import type { ReactNode } from 'react'
import type { ModelInfo, Usage } from '@tabwright/protocol'
import { ChevronDown } from 'lucide-react'
import { count } from '../layout/figures'
import { MenuButton } from '../layout/menu-button'
import styles from './status-line.module.css'

export interface StatusLineProps {
  readonly model: ModelInfo
  readonly models: readonly ModelInfo[]
  readonly onModel: (model: ModelInfo) => void
  /** Tokens in the window after the last answer. */
  readonly contextUsed: number
  readonly usage: Usage
  /** Where commands run, in two words. */
  readonly hands: string
}

/** The chips below the box: who answers, how full its window is, what the session took so far, where commands run. */
export function StatusLine(props: StatusLineProps): ReactNode {
  return (
    <div className={styles['line']}>
      <ModelChip model={props.model} models={props.models} onModel={props.onModel} />
      <ContextMeter used={props.contextUsed} window={props.model.contextWindow} />
      <SessionUsage usage={props.usage} />
      <span className={styles['hands']} title="Where commands run">
        <span aria-hidden>◐</span> {props.hands}
      </span>
    </div>
  )
}

type ModelChipProps = Pick<StatusLineProps, 'model' | 'models' | 'onModel'>

/** Names the model that answers and changes it for the turns to come. */
export function ModelChip({ model, models, onModel }: ModelChipProps): ReactNode {
  const entries = models.map((one) => ({
    id: one.id,
    label: one.label,
    onPick: () => onModel(one),
    ...(one.contextWindow === undefined ? {} : { about: `${count(one.contextWindow)} tokens of context` }),
  }))
  return (
    <MenuButton label={`Model: ${model.label}`} className={styles['model']} side="top" entries={entries} chosen={model.id}>
      <span>{model.label}</span>
      <ChevronDown size={12} aria-hidden />
    </MenuButton>
  )
}

/** Length of the ring: 2πr with r = 6. */
const AROUND = 37.7

function ContextMeter({ used, window }: { readonly used: number; readonly window: number | undefined }): ReactNode {
  const share = window === undefined ? 0 : Math.min(1, used / window)
  const text =
    window === undefined
      ? `${count(used)} tokens; the size of this model's window is not known`
      : `${count(used)} of ${count(window)} tokens`
  return (
    <span
      className={styles['meter']}
      role="meter"
      aria-label="Context used"
      aria-valuemin={0}
      aria-valuemax={window ?? Math.max(used, 1)}
      aria-valuenow={Math.min(used, window ?? used)}
      aria-valuetext={text}
      title={`Context used: ${text}`}
      data-level={share > 0.9 ? 'high' : share > 0.7 ? 'middle' : 'low'}
    >
      <svg viewBox="0 0 16 16" width="15" height="15" aria-hidden>
        <circle cx="8" cy="8" r="6" />
        <circle cx="8" cy="8" r="6" strokeDasharray={`${share * AROUND} ${AROUND}`} transform="rotate(-90 8 8)" />
      </svg>
      {window === undefined ? count(used) : `${Math.round(share * 100)}%`}
    </span>
  )
}

/** Tokens only: a price is shown when it is known, and no model list tells it yet. */
function SessionUsage({ usage }: { readonly usage: Usage }): ReactNode {
  const read = usage.input + usage.cacheRead + usage.cacheWrite
  const cached = usage.cacheRead > 0 ? `, ${count(usage.cacheRead)} of them from the cache` : ''
  return (
    <span
      className={styles['usage']}
      role="status"
      aria-label="Session cost"
      aria-live="off"
      title={`This session: ${count(read)} tokens read${cached}, ${count(usage.output)} written`}
    >
      {count(read)} in · {count(usage.output)} out
    </span>
  )
}
