import { costOf, type Metric, type SessionEvent } from '@tabwright/protocol'
import { billsOf } from '../bills'

/** Tasks that say something together. Source: harness.md F72. */
export const SAMPLE = 20
const WORSE_STEPS = 0.5
const MOST_ERRORS = 0.1
const LEAST_DONE = 0.9

/** A turn that has ended: a person who stopped one says nothing about it. */
interface Task {
  steps: number
  tokens: number
  dollars: number
  isPriced: boolean
  isDone: boolean
}

/** Works out how well a session goes. Every figure is one over its facts, what was rewound included. */
export interface MetricsCount {
  add(event: SessionEvent): void
  /** @param costLimit dollars that a task may cost; undefined: nobody said */
  result(costLimit?: number): readonly Metric[]
}

/** What is added up. */
interface Counted {
  readonly tasks: Task[]
  readonly latencies: number[]
  readonly sums: Record<
    'done' | 'failed' | 'unknown' | 'loops' | 'asked' | 'restores' | 'blocks' | 'mismatches' | 'read' | 'prompt',
    number
  >
  task: Task | undefined
}

/** Begins at nothing. */
export function countMetrics(): MetricsCount {
  const counted: Counted = {
    tasks: [],
    latencies: [],
    sums: { done: 0, failed: 0, unknown: 0, loops: 0, asked: 0, restores: 0, blocks: 0, mismatches: 0, read: 0, prompt: 0 },
    task: undefined,
  }
  return {
    add(event) {
      take(counted, event)
      if (counted.task) pay(counted.task, event)
    },
    result: (costLimit) => figures(counted, costLimit),
  }
}

function take(counted: Counted, event: SessionEvent): void {
  const { sums, tasks, task } = counted
  switch (event.type) {
    case 'turn.started':
      counted.task = { steps: 0, tokens: 0, dollars: 0, isPriced: true, isDone: false }
      return
    case 'turn.ended':
      if (task && event.data.stop !== 'interrupted') tasks.push({ ...task, isDone: event.data.stop === 'end' })
      if (event.data.stop === 'requires-action' || event.data.stop === 'budget') sums.asked += 1
      counted.task = undefined
      return
    case 'message.assistant':
      if (task) task.steps += 1
      counted.latencies.push(event.data.ms)
      sums.read += event.data.usage.cacheRead
      sums.prompt += event.data.usage.cacheRead + event.data.usage.cacheWrite + event.data.usage.input
      return
    case 'call.ended': {
      const { type } = event.data.outcome
      if (type === 'done' || type === 'failed' || type === 'unknown') sums[type] += 1
      return
    }
    case 'loop.noticed':
      sums.loops += 1
      return
    case 'history.restored':
    case 'history.rewound':
      sums.restores += 1
      return
    case 'guard.answered':
      if (event.data.answers.some(({ type }) => type === 'block')) sums.blocks += 1
      return
    case 'wire.mismatched':
      if (event.data.how === 'refused' || event.data.blocks > 0) sums.mismatches += 1
      return
    default:
      return
  }
}

function pay(task: Task, event: SessionEvent): void {
  for (const bill of billsOf(event)) {
    const dollars = costOf(bill, event.at)
    task.tokens += bill.usage.input + bill.usage.cacheWrite + bill.usage.output
    task.dollars += dollars ?? 0
    task.isPriced &&= dollars !== undefined
  }
}

function figures({ tasks, latencies, sums }: Counted, costLimit: number | undefined): readonly Metric[] {
  const errors = share(sums.failed, sums.done + sums.failed)
  const finished = share(tasks.filter(({ isDone }) => isDone).length, tasks.length)
  const isSample = tasks.length >= SAMPLE
  const cost = tasks.every(({ isPriced }) => isPriced) ? mean(tasks.map(({ dollars }) => dollars)) : undefined
  const figure = (name: Metric['name'], value: number | undefined, isAlarm = false): Metric => ({
    name,
    ...(value !== undefined && { value }),
    isAlarm,
  })
  return [
    figure('steps', mean(tasks.map(({ steps }) => steps)), isSlower(tasks)),
    figure('errors', errors, isSample && (errors ?? 0) > MOST_ERRORS),
    figure('loops', sums.loops, sums.loops > 0),
    figure('tokens', mean(tasks.map(({ tokens }) => tokens)), isRising(tasks)),
    figure('done', finished, isSample && (finished ?? 1) < LEAST_DONE),
    figure('cost', cost, isSample && costLimit !== undefined && (cost ?? 0) > costLimit),
    figure('asked', share(sums.asked, tasks.length)),
    figure('restores', sums.restores),
    figure('blocks', sums.blocks),
    figure('latency', percentile(latencies, 0.95)),
    figure('cache', share(sums.read, sums.prompt)),
    figure('mismatches', sums.mismatches, sums.mismatches > 0),
    figure('unknown', sums.unknown, sums.unknown > 0),
  ]
}

/** The newest sample took half as many steps again as everything before it. */
function isSlower(tasks: readonly Task[]): boolean {
  if (tasks.length < 2 * SAMPLE) return false
  const before = mean(tasks.slice(0, -SAMPLE).map(({ steps }) => steps)) ?? 0
  const now = mean(tasks.slice(-SAMPLE).map(({ steps }) => steps)) ?? 0
  return before > 0 && now >= before * (1 + WORSE_STEPS)
}

/** Three samples, each dearer than the one before. */
function isRising(tasks: readonly Task[]): boolean {
  if (tasks.length < 3 * SAMPLE) return false
  const [first = 0, second = 0, third = 0] = [3, 2, 1].map((nth) => {
    const end = tasks.length - (nth - 1) * SAMPLE
    return mean(tasks.slice(end - SAMPLE, end).map(({ tokens }) => tokens))
  })
  return first < second && second < third
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length
}

const share = (part: number, whole: number): number | undefined => (whole === 0 ? undefined : part / whole)

function percentile(values: readonly number[], at: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * at) - 1)]
}
