import type { Usage } from '@tabwright/protocol'
import { BrokenWork, type Budget, type Driven, type PromptPolicy } from './drive'
import type { Judgement } from './judge'
import { TASK_KINDS, type EvalTask, type TaskKind } from './task-list'
import type { Versions } from './versions'

/** One task in a report. */
export interface EvalRow {
  readonly task: string
  readonly kind: TaskKind
  /** Skipped tasks count nowhere. */
  readonly result: 'solved' | 'not solved' | 'skipped'
  /** Why it is not solved, or why it was skipped. */
  readonly why: string
  readonly steps: number
  readonly calls: number
  readonly failedCalls: number
  readonly tokens: Usage
  /** US dollars; absent where the price of the model is not known. */
  readonly cost?: number
  readonly prompts: number
  readonly seconds: number
}

/** What was measured, of what, and when. */
export interface EvalReport {
  readonly date: string
  readonly model: string
  /** Where the model answered, without a path. */
  readonly endpoint: string
  readonly policy: PromptPolicy
  readonly budget: Budget
  /** Whether the checkers were kept from the machine. */
  readonly isConfined: boolean
  readonly versions: Versions
  readonly rows: readonly EvalRow[]
}

const NOTHING: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }

/** A task that was worked on. */
export function workedRow(task: EvalTask, driven: Driven, { isSolved, why }: Judgement): EvalRow {
  const { steps, calls, tokens, cost, prompts, ms, stop } = driven
  const ended = stop === 'end' ? '' : `the turn ended with ${stop ?? 'its time'}; `
  return {
    task: task.id,
    kind: task.kind,
    result: isSolved ? 'solved' : 'not solved',
    why: isSolved ? '' : `${ended}${why}`,
    steps,
    calls: calls.length,
    failedCalls: calls.filter(({ isDone }) => !isDone).length,
    tokens,
    ...(cost !== undefined && { cost }),
    prompts,
    seconds: Math.round(ms / 100) / 10,
  }
}

/** A task that this machine cannot give or judge. */
export const skippedRow = ({ id, kind }: EvalTask, why: string): EvalRow => ({
  task: id,
  kind,
  result: 'skipped',
  why,
  steps: 0,
  calls: 0,
  failedCalls: 0,
  tokens: NOTHING,
  prompts: 0,
  seconds: 0,
})

/** A task whose run threw. What is of the machine or of the harness says nothing of the model; what came after the wish counts. */
export function thrownRow(task: EvalTask, error: unknown): EvalRow {
  const why = error instanceof Error ? error.message : String(error)
  if (error instanceof BrokenWork) return { ...skippedRow(task, `the work could not be brought to its end: ${why}`), result: 'not solved' }
  return skippedRow(task, `could not be run: ${why}`)
}

/** For people, in Markdown. */
export function reportMarkdown(report: EvalReport): string {
  const { date, model, endpoint, policy, budget, isConfined, versions, rows } = report
  const worked = rows.filter(({ result }) => result !== 'skipped')
  const cost = costOf(worked)
  const sum = (of: (row: EvalRow) => number): number => worked.reduce((total, row) => total + of(row), 0)
  const skipped = rows.length - worked.length
  return [
    `# ${model}: ${solvedOf(worked)} tasks solved`,
    '',
    `- ${date}, ${endpoint}; at most ${budget.steps} steps and ${budget.minutes} minutes a task`,
    `- mode Auto, every prompt that was left answered with “${policy}”; checkers ${isConfined ? 'confined' : 'not confined'}`,
    `- system prompt \`${versions.prompt}\`, tools \`${versions.tools}\` (SHA-256 of the bytes that were sent)`,
    `- in all ${sum(({ steps }) => steps)} steps, ${tokensText(
      sum((row) => readOf(row.tokens)),
      sum((row) => row.tokens.output),
    )} tokens, ${cost === undefined ? 'cost unknown' : `$${cost.toFixed(2)}`}, ${sum(({ prompts }) => prompts)} prompts to the person, ${Math.round(sum(({ seconds }) => seconds))} s${skipped > 0 ? `; ${skipped} skipped and not counted` : ''}`,
    '',
    `| kind | solved |`,
    `| --- | --- |`,
    ...TASK_KINDS.flatMap((kind) => {
      const ofKind = worked.filter((row) => row.kind === kind)
      return ofKind.length === 0 ? [] : [`| ${kind} | ${solvedOf(ofKind)} |`]
    }),
    '',
    '| task | result | steps | calls, failed | tokens read, written | cost | prompts | s |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(rowText),
    '',
  ].join('\n')
}

function rowText(row: EvalRow): string {
  const { task, result, why, steps, calls, failedCalls, tokens, cost, prompts, seconds } = row
  const told = why === '' ? result : `${result}: ${why.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')}`
  const spent = cost === undefined ? '–' : `$${cost.toFixed(3)}`
  return `| ${task} | ${told} | ${steps} | ${calls}, ${failedCalls} | ${tokensText(readOf(tokens), tokens.output)} | ${spent} | ${prompts} | ${seconds} |`
}

const readOf = ({ input, cacheRead, cacheWrite }: Usage): number => input + cacheRead + cacheWrite

const tokensText = (read: number, written: number): string => `${read.toLocaleString('en')}, ${written.toLocaleString('en')}`

const solvedOf = (rows: readonly EvalRow[]): string => `${rows.filter(({ result }) => result === 'solved').length} of ${rows.length}`

/** Unknown as soon as one of them is. */
function costOf(rows: readonly EvalRow[]): number | undefined {
  return rows.some(({ cost }) => cost === undefined) ? undefined : rows.reduce((total, { cost = 0 }) => total + cost, 0)
}
