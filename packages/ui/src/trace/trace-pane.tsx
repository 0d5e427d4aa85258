import { useCallback, useMemo, useRef, useState, type ReactNode } from 'react'
import type { SessionEvent, TraceView } from '@tabwright/protocol'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { t } from '../language'
import { useKept } from '../layout/use-load'
import { FactView } from './fact-view'
import { traceRows, type TraceRow } from './trace-rows'
import { StepRow, TurnRow } from './trace-row'
import { useRowKeys } from '../layout/use-row-keys'
import css from './trace.module.css'

export interface TracePaneProps {
  /** Reads turns, and the steps of those that are open; another function reads them anew. */
  readonly read: (opened: readonly number[] | 'newest') => Promise<TraceView>
  readonly readFact: (seq: number) => Promise<SessionEvent | undefined>
}

/** What took how long: a turn a line, opened a waterfall of its steps, and behind each step the fact that says what came of it. */
export function TracePane({ read, readFact }: TracePaneProps): ReactNode {
  // Until a person opens or closes one, the newest is open.
  const [opened, setOpened] = useState<readonly number[] | 'newest'>('newest')
  const state = useKept(useCallback(() => read(opened), [read, opened]))
  const view = state.type === 'ready' ? state.value : undefined
  const rows = useMemo(() => (view ? traceRows(view) : []), [view])
  const [shown, setShown] = useState<string>()
  const list = useRef<VirtualizerHandle>(null)
  const box = useRef<HTMLDivElement>(null)
  const fold = (row: TraceRow | undefined, open: boolean): void => {
    if (row?.type === 'step') return setShown((now) => (open ? row.key : now === row.key ? undefined : now))
    if (!row || row.isOpen === open) return
    const now = rows.flatMap((one) => (one.type === 'turn' && one.isOpen ? [one.turn.seq] : []))
    setOpened(open ? [...now, row.turn.seq] : now.filter((seq) => seq !== row.turn.seq))
  }
  const keys = useRowKeys({ rows: rows.length, list, box, onFold: (index, open) => fold(rows[index], open) })
  if (state.type === 'failed')
    return (
      <p className={css['empty']} role="alert">
        {t('The log could not be read: {message} The session is as it was.', { message: state.message })}
      </p>
    )
  if (state.type === 'loading')
    return (
      <p className={css['empty']} role="status">
        {t('Reading the log…')}
      </p>
    )
  if (rows.length === 0)
    return <p className={css['empty']}>{t('Nothing has run yet. Each turn will be a line here, with what took its time.')}</p>
  return (
    <div ref={box} className={css['pane']} role="tree" aria-label={t('Trace, newest turn first')} onKeyDown={keys.onKeyDown}>
      <Virtualizer ref={list} scrollRef={box} data={rows} keepMounted={[keys.at]} bufferSize={400}>
        {(row, index) => {
          const place = { index, isTabStop: index === keys.at, onStand: () => keys.stand(index) }
          if (row.type === 'turn') return <TurnRow key={row.key} {...place} row={row} onFold={() => fold(row, !row.isOpen)} />
          const isShown = shown === row.key
          return (
            <StepRow key={row.key} {...place} row={row} isShown={isShown} onFold={() => fold(row, !isShown)}>
              {isShown && <FactView seqs={row.step.to === undefined ? [row.step.from] : [row.step.from, row.step.to]} read={readFact} />}
            </StepRow>
          )
        }}
      </Virtualizer>
    </div>
  )
}
