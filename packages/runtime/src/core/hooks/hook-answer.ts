import { failureOf, isJsonObject, type GuardAnswer, type HookHandler, type HookSaid, type Json, type JsonObject } from '@tabwright/protocol'
import { parseStrict } from '../parse-strict'
import type { HookEnd } from './hook-ports'

/** What a handler said, as the log keeps it, and what it makes of what it looked at. */
export interface HookReply {
  readonly answer: GuardAnswer
  /** A call's whole new input. */
  readonly input?: JsonObject
  /** A result's whole new text. */
  readonly output?: string
}

/** Texts of a handler are cut here. Source: harness.md 1.9. */
const LONGEST_TEXT = 10_000
const BLOCKS = 2

interface Heard {
  readonly handler: HookHandler
  readonly ms: number
  /** Takes secrets out of what the log and the model are told. */
  readonly redact: (text: string) => string
}

/** Reads the end of a handler's run by the contract: exit code 2 blocks, another than 0 is an error, else what it printed as JSON. */
export function readReply(end: HookEnd, heard: Heard): HookReply {
  const { handler } = heard
  switch (end.type) {
    case 'timeout':
      return failedReply(heard, `it took longer than ${handler.timeoutMs / 1000} s`)
    case 'lost':
      return failedReply(heard, end.message)
    case 'ended':
      return endedReply(end, heard)
  }
}

/** It gave no answer. One that is a policy blocks the call then; all others let it go on. */
export function failedReply({ handler, ms, redact }: Heard, why: string): HookReply {
  const hook: HookSaid = { ms, failure: cut(redact(why)) }
  const guard = handler.script
  if (handler.isPolicy && handler.event === 'PreToolUse')
    return { answer: { type: 'block', guard, reason: `It is a policy and gave no answer: ${hook.failure ?? ''}.`, hook } }
  return { answer: { type: 'pass', guard, hook } }
}

function endedReply({ exitCode, stdout, stderr }: Extract<HookEnd, { type: 'ended' }>, heard: Heard): HookReply {
  if (exitCode === BLOCKS) return made(heard, { block: stderr.trim() || 'It gave no reason.' })
  if (exitCode !== 0) return failedReply(heard, `exit code ${exitCode}${stderr.trim() ? `: ${stderr.trim()}` : ''}`)
  const text = stdout.trim()
  if (!text.startsWith('{')) return made(heard, heard.handler.event === 'SessionStart' && text !== '' ? { context: text } : {})
  try {
    const value = parseStrict(text)
    return made(heard, isJsonObject(value) ? saidIn(value, heard.handler) : {})
  } catch (error) {
    return failedReply(heard, `what it printed cannot be used: ${failureOf(error).message}`)
  }
}

interface Said {
  readonly block?: string
  readonly asks?: string
  readonly message?: string
  readonly context?: string
  readonly stops?: string
  readonly input?: JsonObject
  readonly output?: string
}

function saidIn(value: JsonObject, { event }: HookHandler): Said {
  const own = value['hookSpecificOutput']
  const specific = isJsonObject(own) ? own : {}
  const name = specific['hookEventName']
  if (name !== undefined && name !== event) throw new TypeError(`it answers for ${JSON.stringify(name)} instead of ${event}`)
  const message = textIn(value, 'systemMessage')
  const context = textIn(specific, 'additionalContext')
  const reason = textIn(value, 'reason')
  return {
    ...(message !== undefined && { message }),
    ...(context !== undefined && { context }),
    ...(value['continue'] === false && { stops: textIn(value, 'stopReason') ?? 'It gave no reason.' }),
    ...(value['decision'] === 'block' && { block: reason ?? 'It gave no reason.' }),
    ...(event === 'PreToolUse' && aboutCall(specific)),
    ...(event === 'PostToolUse' && aboutResult(specific)),
  }
}

/** `allow` is no more than silence: a hook takes away, it never gives. */
function aboutCall(specific: JsonObject): Said {
  const decision = specific['permissionDecision']
  const reason = textIn(specific, 'permissionDecisionReason') ?? 'It gave no reason.'
  const input = specific['updatedInput']
  if (input !== undefined && !isJsonObject(input)) throw new TypeError('its "updatedInput" is no object')
  const changed = input === undefined ? {} : { input }
  switch (decision) {
    case undefined:
    case 'allow':
      return changed
    case 'deny':
      return { block: reason }
    case 'ask':
    case 'defer':
      return { ...changed, asks: reason }
    default:
      throw new TypeError(`${JSON.stringify(decision)} is no "permissionDecision"; there are allow, ask, defer, deny`)
  }
}

function aboutResult(specific: JsonObject): Said {
  const output = textIn(specific, 'updatedToolOutput')
  return output === undefined ? {} : { output }
}

function textIn(value: JsonObject, key: string): string | undefined {
  const text: Json | undefined = value[key]
  if (text === undefined || text === null) return undefined
  if (typeof text !== 'string') throw new TypeError(`its "${key}" is no text`)
  return text
}

function made({ handler, ms, redact }: Heard, said: Said): HookReply {
  const guard = handler.script
  const clean = (text: string): string => cut(redact(text))
  const hook: HookSaid = {
    ms,
    ...(said.asks !== undefined && { asks: clean(said.asks) }),
    ...(said.context !== undefined && { context: clean(said.context) }),
    ...(said.stops !== undefined && { stops: clean(said.stops) }),
  }
  if (said.block !== undefined) return { answer: { type: 'block', guard, reason: clean(said.block), hook } }
  const reason = said.message === undefined ? 'It changed what it was shown.' : clean(said.message)
  if (said.input) {
    const bytes = JSON.stringify(said.input)
    return { answer: { type: 'modify', guard, reason, placeholders: [], bytes, hook }, input: said.input }
  }
  if (said.output !== undefined) return { answer: { type: 'modify', guard, reason, placeholders: [], hook }, output: redact(said.output) }
  return { answer: said.message === undefined ? { type: 'pass', guard, hook } : { type: 'warn', guard, reason, hook } }
}

function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}\n[cut: it has ${text.length} characters]` : text
}
