import { assertNever, callId, DEMO_MODEL_ID, failureOf, type Bill, type Json, type Failure, type Rung, ulid } from '@tabwright/protocol'
import type { Fact } from '../fact'
import type { Journal } from '../journal'
import { newestAnswer } from '../newest-answer'
import { parseStrict } from '../parse-strict'
import type { ModelChoice, Ports } from '../ports'
import { turnSettings } from '../request'
import type { Action } from '../step'
import type { Loop } from '../limits/loop-guard'
import { askEvaluator, type Evaluated } from './evaluator'
import { misfit, unknownInSchema } from './json-schema'
import { firstLine, humanWords, nextRung, rungWords } from './ladder'

/** What stands between an answer that ends a turn and its end. */
export interface QualityDesk {
  /** True: something was written, and the turn may not end yet. */
  before(end: Extract<Action, { type: 'end-turn' }>): Promise<boolean>
}

/** What the desk needs. */
export interface QualityParts {
  readonly ports: Ports
  readonly journal: Journal
  readonly choice: () => ModelChoice
  /** A turn begins with another model than the one that is chosen. */
  readonly beginWith: (choice: ModelChoice) => void
  /** A limit leaves no room for another request. */
  readonly isSpent: () => Promise<boolean>
  readonly signal: () => AbortSignal
}

type Verdict = 'passed' | 'failed' | 'none'
const LONGEST_WORDS = 4000
/** Of the wire: what the newest answers rest on. */
const EVIDENCE_ROWS = 12

const LOOK =
  'Is the text free of claims about the work, its results or its sources that the evidence does not bear out, and free of insults, threats and hate? Say false only where you can name the place.'

export function createQualityDesk(parts: QualityParts): QualityDesk {
  return {
    before: async ({ stop, failure, loop }) => {
      // Of a call that another program wanted there is no answer to judge.
      if (parts.journal.state.calls.some(({ by }) => by !== undefined)) return false
      if (loop) return raiseForCircle(parts, loop)
      if (failure && MODELS_OWN.has(failure.code)) return raiseForModel(parts, failure)
      if (stop !== 'end') return false
      return (await lookAgain(parts)) || (await check(parts))
    },
  }
}

/** The guard that asks a model. Where a limit leaves no room for it the answer stands as it is. */
async function lookAgain({ ports, journal, choice, isSpent, signal }: QualityParts): Promise<boolean> {
  const level = ports.guards().check
  const { state } = journal
  const text = newestAnswer(journal)
  if (level === 'off' || state.quality.isLooked || text === undefined || choice().info.id === DEMO_MODEL_ID || (await isSpent()))
    return false
  const said = await askEvaluator(ports, choice(), { question: LOOK, text, evidence: evidenceOf(journal), signal: signal() })
  if (signal().aborted) return true
  const guard = 'another look'
  // Once a turn it is sent back; after that it only is shown.
  const type = level === 'block' && !state.isCorrected ? 'block' : 'warn'
  const answer =
    said.type === 'failed'
      ? ({ type: 'warn', guard, reason: `The answer was not looked at: ${said.reason}.` } as const)
      : said.ok
        ? ({ type: 'pass', guard } as const)
        : ({ type, guard, reason: said.reason } as const)
  await journal.write({ facts: [{ type: 'guard.answered', data: { point: 'answer', answers: [answer], bills: said.bills } }] })
  return true
}

async function check(parts: QualityParts): Promise<boolean> {
  const { ports, journal, choice } = parts
  const { quality } = journal.state
  const wish = ports.quality().check
  // The tour's answers are what they are.
  if (quality.isJudged || wish.type === 'none' || choice().info.id === DEMO_MODEL_ID) return false
  switch (wish.type) {
    case 'command':
      return quality.isDirty ? checkByCommand(parts, wish.command) : false
    case 'schema':
      return settle(parts, schemaVerdict(wish.schema, newestAnswer(journal) ?? ''))
    case 'question':
      return checkByQuestion(parts, wish.question)
    default:
      return assertNever(wish)
  }
}

/** A call like the agent's own: judged, asked about, run and written down by the same road; only its result goes elsewhere. */
async function checkByCommand(parts: QualityParts, command: string): Promise<boolean> {
  const { ports, journal } = parts
  const record = journal.state.calls.find(({ isCheck }) => isCheck)
  if (!record) {
    const call = callId(`check-${ulid(ports.clock.now(), ports.random)}`)
    const input = JSON.stringify({ command, purpose: 'The check that you set in Settings › Limits' })
    await journal.write({ facts: [{ type: 'check.started', data: { call, tool: 'shell', input } }] })
    return true
  }
  const { ended } = record
  if (!ended) return false
  const verdict = ended.type === 'done' ? 'passed' : ended.type === 'failed' && ended.failure.code === 'unexpected' ? 'failed' : 'none'
  return settle(parts, { verdict, words: ended.text })
}

async function checkByQuestion(parts: QualityParts, question: string): Promise<boolean> {
  const { ports, journal, choice, isSpent, signal } = parts
  const text = newestAnswer(journal)
  if (text === undefined || (await isSpent())) return false
  const said: Evaluated = await askEvaluator(ports, choice(), { question, text, evidence: evidenceOf(journal), signal: signal() })
  if (signal().aborted) return true
  const verdict = said.type === 'failed' ? 'none' : said.ok ? 'passed' : 'failed'
  return settle(parts, { verdict, words: said.reason, bills: said.bills })
}

interface Checked {
  readonly verdict: Verdict
  readonly words: string
  readonly bills?: readonly Bill[]
}

async function settle(parts: QualityParts, { verdict, words, bills }: Checked): Promise<boolean> {
  const short = words.length > LONGEST_WORDS ? `…${words.slice(-LONGEST_WORDS)}` : words
  const by = parts.ports.quality().check.type
  const checked: Fact = { type: 'quality.checked', data: { verdict, by, words: short, ...(bills && { bills }) } }
  if (verdict !== 'failed') await parts.journal.write({ facts: [checked] })
  else await raise(parts, { before: [checked], why: short, isTried: false })
  return true
}

/** Where nobody asked for anything the circle ends as it always does. */
async function raiseForCircle(parts: QualityParts, loop: Loop): Promise<boolean> {
  const { check: wish, stronger } = parts.ports.quality()
  if (wish.type === 'none' && !stronger) return false
  const why = `${loop.tool} was called ${loop.times} times in a row with the same result.`
  await raise(parts, { before: [{ type: 'loop.noticed', data: loop }], why, isTried: true })
  return true
}

/** What is the model's side's, and where another may fare better: broken or busy, cut again and again, calls that cannot be read, refusals. */
const MODELS_OWN: ReadonlySet<Failure['code']> = new Set(['busy', 'bad_response', 'timeout', 'cut', 'not_permitted'])

/** Asking again was tried before it came to this. Where nobody chose another model the turn ends with what failed, as it always does. */
async function raiseForModel(parts: QualityParts, failure: Failure): Promise<boolean> {
  const { rungs } = parts.journal.state.quality
  const stronger = parts.ports.stronger?.()
  if (rungs.model === 0 && (stronger === undefined || stronger.info.id === parts.journal.state.model)) return false
  await raise(parts, { before: [], why: failure.message, isTried: true })
  return true
}

/** The JSON of an answer is all of it, or its last block of code. */
function schemaVerdict(schema: string, text: string): Checked {
  const wanted = jsonIn(schema)
  if (wanted === undefined) return { verdict: 'none', words: 'The schema in Settings is no JSON.' }
  const unknown = unknownInSchema(wanted)
  if (unknown !== undefined) return { verdict: 'none', words: `The schema in Settings cannot be used: ${unknown}.` }
  const value = jsonIn([...text.matchAll(/```\w*\n([\s\S]*?)```/g)].at(-1)?.[1] ?? text)
  if (value === undefined)
    return {
      verdict: 'failed',
      words: 'The answer has no JSON that can be read; it is wanted as the whole answer or its last block of code.',
    }
  const wrong = misfit(wanted, value)
  return wrong === undefined
    ? { verdict: 'passed', words: 'It fits the schema.' }
    : { verdict: 'failed', words: `It does not fit the schema: ${wrong}.` }
}

function jsonIn(text: string): Json | undefined {
  try {
    return parseStrict(text)
  } catch (error) {
    if (failureOf(error).code !== 'bad_input') throw error
    return undefined
  }
}

interface Raise {
  readonly before: readonly Fact[]
  readonly why: string
  readonly isTried: boolean
}

/** The next rung, with its reason, in one entry with what led to it and what follows. */
async function raise({ ports, journal, beginWith }: QualityParts, { before, why, isTried }: Raise): Promise<void> {
  const stronger = ports.stronger?.()
  const isOther = stronger !== undefined && stronger.info.id !== journal.state.model
  const rung: Rung = nextRung(journal.state.quality, { stronger: isOther, isTried })
  const raised = (model?: string): Fact => ({ type: 'escalation.raised', data: { rung, why, ...(model !== undefined && { model }) } })
  if (rung === 'human') {
    const failure: Failure = { code: 'unexpected', message: humanWords(why) }
    const kept: Fact = { type: 'checkpoint.made', data: { name: 'Before you were asked' } }
    return journal.write({ facts: [...before, raised(), kept, { type: 'turn.ended', data: { stop: 'requires-action', failure } }] })
  }
  const told: Fact = { type: 'message.user', data: { content: [{ type: 'text', text: rungWords(rung, why) }], from: 'app' } }
  if (rung !== 'model' || !stronger) return journal.write({ facts: [...before, raised(), told] })
  const message = `${firstLine(why)} The work goes on with ${stronger.info.label}.`
  const ended: Fact = { type: 'turn.ended', data: { stop: 'failed', failure: { code: 'unexpected', message } } }
  // Only here does the model change: a turn is asked with one model from its beginning to its end.
  beginWith(stronger)
  await journal.write({ facts: [...before, raised(stronger.info.id), ended, { type: 'turn.started', data: turnSettings(stronger) }, told] })
}

function evidenceOf({ wire }: Journal): string {
  return wire
    .slice(1, -1)
    .slice(-EVIDENCE_ROWS)
    .map(({ text }) => text)
    .join('\n')
}
