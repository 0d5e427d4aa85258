import type { ReactNode } from 'react'
import type { ModelInfo, SessionCost, Usage } from '@tabwright/protocol'
import { ChevronDown } from 'lucide-react'
import { t } from '../language'
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
    ...(one.contextWindow === undefined ? {} : { about: t('{n} tokens of context', { n: count(one.contextWindow) }) }),
  }))
  return (
    <MenuButton
      label={t('Model: {name}', { name: model.label })}
      testId="model-chip"
      className={styles['model']}
      side="top"
      entries={entries}
      chosen={model.id}
    >
      <span>{model.label}</span>
      <ChevronDown size={12} aria-hidden />
    </MenuButton>
  )
}

/** What it took so far, or that nobody here knows its price. */
function SessionCostChip({ usage, cost }: Pick<StatusLineProps, 'usage' | 'cost'>): ReactNode {
  const read = usage.input + usage.cacheRead + usage.cacheWrite
  const fill = { cost: costSentence(cost), read: count(read), written: count(usage.output) }
  const cached = count(usage.cacheRead)
  return (
    <span
      className={styles['usage']}
      role="status"
      aria-label={t('Session cost')}
      data-testid="cost"
      aria-live="off"
      title={
        usage.cacheRead > 0
          ? t('Cost: {cost} {read} tokens read, {cached} of them from the cache, {written} written', { ...fill, cached })
          : t('Cost: {cost} {read} tokens read, {written} written', fill)
      }
    >
      {read + usage.output > 0 && costText(cost)}
      <span className={styles['tokens']}>
        {read + usage.output > 0 && ' · '}
        {t('{read} in · {written} out', { read: fill.read, written: fill.written })}
      </span>
    </span>
  )
}
