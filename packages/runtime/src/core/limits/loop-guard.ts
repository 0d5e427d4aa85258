import { canonicalJson, isJsonObject, type Failure, type Json, type SessionEvent } from '@tabwright/protocol'
import { parseStrict } from '../parse-strict'
import type { CallRecord } from '../records'

/** What was done in a turn, as far as it takes to see that it goes round in circles. A fold over the conversation. */
export interface LoopGuard {
  /** One signature for each answer with calls, newest last: what was called with what, and what came of it. */
  readonly recent: readonly string[]
  /** The model was told of the circle that it is in. */
  readonly isTold: boolean
  /** What was done before a person spoke is no part of a circle. */
  readonly isFresh: boolean
}

/** Nothing was done yet. */
export const NO_LOOP: LoopGuard = { recent: [], isTold: false, isFresh: true }

/** Source: harness.md F70. */
const TELL_AT = 3
const STOP_AT = 5
/** The longest circle that is looked for, in answers. */
const LONGEST = 3

/** A circle that is to be told or ended. */
export interface Loop {
  /** The tool of its newest call. */
  readonly tool: string
  /** How often in a row. */
  readonly times: number
  readonly how: 'told' | 'stopped'
}

/** Adds one fact. @param calls of the answer before it */
export function foldLoop(guard: LoopGuard, event: SessionEvent, calls: readonly CallRecord[]): LoopGuard {
  switch (event.type) {
    case 'turn.started':
      return NO_LOOP
    case 'message.user':
      return event.data.from === 'user' ? NO_LOOP : guard
    case 'loop.noticed':
      return { ...guard, isTold: true }
    case 'message.assistant':
      return answered(guard, calls)
    default:
      return guard
  }
}

function answered(guard: LoopGuard, calls: readonly CallRecord[]): LoopGuard {
  if (guard.isFresh) return { ...guard, isFresh: false }
  const signature = signatureOf(calls)
  if (signature === undefined) return guard
  const recent = [...guard.recent, signature].slice(-LONGEST * STOP_AT)
  return { recent, isFresh: false, isTold: guard.isTold && timesInRow(recent) >= TELL_AT }
}

/** The circle that the newest answer closes: told at three times, ended at five. Waiting for something does not count, and neither do results that change. */
export function loopOf({ recent, isTold }: LoopGuard, calls: readonly CallRecord[]): Loop | undefined {
  const signature = signatureOf(calls)
  const tool = calls.at(-1)?.content.name
  if (signature === undefined || tool === undefined) return undefined
  const times = timesInRow([...recent, signature])
  if (times >= STOP_AT) return { tool, times, how: 'stopped' }
  return times >= TELL_AT && !isTold ? { tool, times, how: 'told' } : undefined
}

/** How often the end of the list repeats itself, for the circle that does so most often. */
function timesInRow(list: readonly string[]): number {
  let most = 0
  for (let length = 1; length <= LONGEST; length++) {
    let same = 0
    while (same + length < list.length && list.at(-1 - same) === list.at(-1 - same - length)) same += 1
    most = Math.max(most, Math.floor(same / length) + 1)
  }
  return most
}

function signatureOf(calls: readonly CallRecord[]): string | undefined {
  if (
    calls.length === 0 ||
    calls.some((call) => !call.ended) ||
    calls.every(({ content }) => isPolling(content.name, inputOf(content.input)))
  )
    return undefined
  return digest(canonicalJson(calls.map(({ content, ended }) => [content.name, inputOf(content.input), resultOf(content.id, ended)])))
}

/** What it is called, its output may name the call by its id, which no other has. */
function resultOf(id: string, ended: CallRecord['ended']): string {
  return ended ? `${ended.type} ${ended.text.replaceAll(id, '')}` : ''
}

function inputOf(input: string): Json {
  try {
    return parseStrict(input === '' ? '{}' : input)
  } catch (error) {
    // What is no JSON is told apart by its words.
    if (error instanceof Error) return input
    throw error
  }
}

/** A command that begins with a wait looks again on purpose. */
function isPolling(name: string, input: Json): boolean {
  const command = name === 'shell' && isJsonObject(input) ? input['command'] : undefined
  return typeof command === 'string' && /^\s*sleep\s+[\d.]+[smh]?\s*(;|&&|\n)/.test(command)
}

/** 64 bits in hexadecimal. Two loops that differ are told apart by it, no more: nothing is secured with it. */
function digest(text: string): string {
  let low = 0x811c9dc5
  let high = 0x9dc5811c
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    low = Math.imul(low ^ unit, 0x01000193)
    high = Math.imul(high ^ unit, 0x85ebca6b)
  }
  return `${(low >>> 0).toString(16)}${(high >>> 0).toString(16).padStart(8, '0')}`
}

/** What the model is told at three times. */
export function loopWords({ tool, times }: Loop): string {
  return `You made the same calls with the same results ${times} times in a row (the last was ${tool}). Repeating them will not bring anything new. Change your approach: look at what the result says, try something else, or say what keeps you from going on.`
}

/** What a person reads at five times. */
export function loopFailure({ tool, times }: Loop): Failure {
  const message = `Stopped because the agent goes round in circles: it made the same calls with the same results ${times} times in a row, the last was ${tool}. Everything that was done is kept; tell it what to do differently, or let it go on.`
  return { code: 'denied', message }
}
