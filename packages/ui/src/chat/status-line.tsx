import type { ReactNode } from 'react'
import type { ModelInfo, SessionCost, Usage } from '@tabwright/protocol'
import { ChevronDown } from 'lucide-react'
import { count } from '../layout/figures'
import { MenuButton } from '../layout/menu-button'
import { costSentence, costText } from './context-figures'
import { ContextMeter, type ContextMeterProps } from './context-meter'
import styles from './status-line.module.css'

export interface StatusLineProps {
  /** The chip that stands first. */
  readonly mode?: ReactNode
  readonly model: ModelInfo
  readonly models: readonly ModelInfo[]
  readonly onModel: (model: ModelInfo) => void
  readonly window: ContextMeterProps['window']
  readonly cost: SessionCost
  readonly usage: Usage
  readonly onCompact?: () => void
  /** Shows what is in the window, part by part. */
  readonly onParts?: () => void
  /** Why the conversation cannot be summarised right now. */
  readonly compactBlocked?: string
  /** The chip that stands last: where commands run. */
  readonly hands?: ReactNode
}

/** The chips below the box: who answers, how full its window is, what the session took so far, where commands run. */
export function StatusLine(props: StatusLineProps): ReactNode {
  return (
    <div className={styles['line']}>
      {props.mode}
      <ModelChip model={props.model} models={props.models} onModel={props.onModel} />
      <ContextMeter
        window={props.window}
        cost={props.cost}
        usage={props.usage}
        onParts={props.onParts}
        {...(props.onCompact === undefined ? {} : { onCompact: props.onCompact })}
        {...(props.compactBlocked === undefined ? {} : { compactBlocked: props.compactBlocked })}
      />
      <SessionCostChip usage={props.usage} cost={props.cost} />
      {props.hands}
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

/** What it took so far, or that nobody here knows its price. */
function SessionCostChip({ usage, cost }: Pick<StatusLineProps, 'usage' | 'cost'>): ReactNode {
  const read = usage.input + usage.cacheRead + usage.cacheWrite
  const cached = usage.cacheRead > 0 ? `, ${count(usage.cacheRead)} of them from the cache` : ''
  return (
    <span
      className={styles['usage']}
      role="status"
      aria-label="Session cost"
      aria-live="off"
      title={`Cost: ${costSentence(cost)} ${count(read)} tokens read${cached}, ${count(usage.output)} written`}
    >
      {read + usage.output > 0 && costText(cost)}
      <span className={styles['tokens']}>
        {read + usage.output > 0 && ' · '}
        {count(read)} in · {count(usage.output)} out
      </span>
    </span>
  )
}
