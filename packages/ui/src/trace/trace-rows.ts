import { TRACE_KINDS, type TraceKind, type TraceStep, type TraceTurn, type TraceView } from '@tabwright/protocol'
import { plural, t, type Phrase } from '../language'
import { duration } from '../layout/figures'

/** A line of the waterfall. */
export type TraceRow =
  | { readonly type: 'turn'; readonly key: string; readonly turn: TraceTurn; readonly isOpen: boolean }
  | { readonly type: 'step'; readonly key: string; readonly turn: TraceTurn; readonly step: TraceStep }

/** Turns, newest first, each with its steps where they were asked for. */
export function traceRows({ turns, steps }: TraceView): readonly TraceRow[] {
  return turns.toReversed().flatMap((turn): readonly TraceRow[] => {
    const own = steps.get(turn.seq)
    const rows = own?.map((step): TraceRow => ({ type: 'step', key: `${turn.seq} ${step.from} ${step.name}`, turn, step })) ?? []
    return [{ type: 'turn', key: `${turn.seq}`, turn, isOpen: own !== undefined }, ...rows]
  })
}

const KINDS: Readonly<Record<TraceKind, Phrase>> = {
  model: 'model',
  gate: 'waited for you',
  tool: 'tool',
  relay: 'relay',
  network: 'network',
  agent: 'sub-agent',
}

/** What kind of work a step is, in words. */
export function kindWord(kind: TraceKind): string {
  return t(KINDS[kind])
}

/** Where a step's bar stands in its turn, in shares of the whole. What goes on reaches to the end. */
export function barOf({ start, end }: TraceStep, turn: TraceTurn): { readonly from: number; readonly share: number } {
  const whole = Math.max(1, turn.end - turn.start)
  const within = (at: number): number => Math.min(1, Math.max(0, (at - turn.start) / whole))
  const from = within(start)
  return { from, share: within(end ?? turn.end) - from }
}

/** `model 4.1 s · tool 2.0 s`: what took a turn's time, longest first. */
export function tookText({ took, steps }: TraceTurn): string {
  const parts = TRACE_KINDS.filter((kind) => took[kind] >= 50)
    .toSorted((a, b) => took[b] - took[a])
    .map((kind) => `${kindWord(kind)} ${duration(took[kind])}`)
  return [plural(steps, 'step'), ...parts].join(' · ')
}

/** How long it took; of what goes on, nothing is known yet. */
export function stepTime({ start, end }: { readonly start: number; readonly end?: number }): string {
  if (end === undefined) return t('under way')
  return end - start < 1000 ? t('{ms} ms', { ms: Math.round(end - start) }) : duration(end - start)
}

/** A step for the ear. */
export function stepSentence(step: TraceStep): string {
  const came = step.error === undefined ? [] : [t('failed: {error}', { error: step.error })]
  return [`${kindWord(step.kind)}: ${step.name}`, stepTime(step), ...step.notes, ...came].join(', ')
}
