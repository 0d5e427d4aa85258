import {
  canonicalJson,
  failureOf,
  type CallId,
  type GuardAnswer,
  type HookEvent,
  type HookHandler,
  type JsonObject,
} from '@tabwright/protocol'
import type { Journal } from '../journal'
import type { Fact } from '../fact'
import type { Ports } from '../ports'
import type { SecretShelf } from '../secret-shelf'
import { failedReply, readReply, type HookReply } from './hook-answer'
import { hookContext } from './hook-context'
import type { HookPorts } from './hook-ports'
import { lifeOver, sendsBack } from './life'
import { newestAnswer } from '../newest-answer'
import { hookReader, matcherOf, type HooksFound } from './project-hooks'

/** The project's own handlers at the five points of a session. Every answer is a fact before it has an effect; it is not asked for again. */
export interface Hooks {
  /** A call, after the guards and before the rules. Empty where nothing is there for it. */
  onCall(call: CallId, tool: string, input: JsonObject): Promise<readonly HookReply[]>
  /** What a call brought, before it is kept. */
  onResult(result: HookResult): Promise<readonly HookReply[]>
  /** In front of a summary. */
  onCompact(trigger: 'manual' | 'auto', instructions: string | undefined): Promise<readonly GuardAnswer[]>
  /** In front of the first request of a worker's life, after the end of the life before where nobody told of it. True: something was written. */
  begin(model: string): Promise<boolean>
  /** In front of the end of a turn. True: something was written, and the loop looks again. */
  onStop(): Promise<boolean>
  /** The session is left in good order. */
  leave(reason: string): Promise<void>
}

/** A result on its way. */
export interface HookResult {
  readonly call: CallId
  readonly tool: string
  readonly input: JsonObject
  readonly text: string
  readonly failed: boolean
  readonly ms: number
}

/** What it takes to ask them. */
export interface Hooking {
  readonly ports: Ports
  readonly journal: Journal
  readonly secrets: SecretShelf
  /** The person stops the turn. */
  readonly signal: () => AbortSignal
  /** The beginning of a life is its session's to tell. */
  readonly isSubAgent: boolean
}

/** All handlers of one end together. Source: harness.md 1.9. */
const END_MS = 1500
/** So often in a row the end of a turn may be refused. Source: harness.md rule 109. */
const MOST_SENT_BACK = 8
/** Of a result a handler is shown so much. */
const SHOWN_CHARS = 100_000

export function createHooks(hooking: Hooking): Hooks {
  const { ports } = hooking
  return ports.hooks ? new SessionHooks(hooking, ports.hooks) : NO_HOOKS
}

const NO_HOOKS: Hooks = {
  onCall: async () => [],
  onResult: async () => [],
  onCompact: async () => [],
  begin: async () => false,
  onStop: async () => false,
  leave: async () => undefined,
}

interface Asked {
  readonly event: HookEvent
  /** What a matcher looks at. */
  readonly name: string
  readonly more: JsonObject
  readonly withinMs?: number
}

class SessionHooks implements Hooks {
  readonly #hooking: Hooking
  readonly #own: HookPorts
  readonly #read: () => Promise<HooksFound>

  constructor(hooking: Hooking, own: HookPorts) {
    this.#hooking = hooking
    this.#own = own
    this.#read = hookReader(hooking.ports)
  }

  onCall(call: CallId, tool: string, input: JsonObject): Promise<readonly HookReply[]> {
    return this.#ask({ event: 'PreToolUse', name: tool, more: { tool_name: tool, tool_input: input, tool_use_id: call } })
  }

  onResult({ call, tool, input, text, failed, ms }: HookResult): Promise<readonly HookReply[]> {
    const response = { text: text.slice(0, SHOWN_CHARS), is_error: failed }
    const more = { tool_name: tool, tool_input: input, tool_use_id: call, tool_response: response, duration_ms: ms }
    return this.#ask({ event: 'PostToolUse', name: tool, more })
  }

  async onCompact(trigger: 'manual' | 'auto', instructions: string | undefined): Promise<readonly GuardAnswer[]> {
    const more = { trigger, custom_instructions: instructions ?? '' }
    return (await this.#ask({ event: 'PreCompact', name: trigger, more })).map(({ answer }) => answer)
  }

  async begin(model: string): Promise<boolean> {
    const { journal, isSubAgent } = this.#hooking
    const { life } = journal.state
    if (isSubAgent || (life.began === journal.epoch && !life.isCompacted)) return false
    // A worker that was killed told nobody: the end of its life is made up for here.
    const over = lifeOver(life, journal.epoch)
    const ended = over > life.ended ? await this.#ends('other', over) : []
    const source = life.isCompacted ? 'compact' : over > 0 ? 'resume' : life.inherited > 0 ? 'fork' : 'startup'
    const began = await this.#ask({ event: 'SessionStart', name: source, more: { source, model } })
    if (this.#hooking.signal().aborted) return false
    const answers = began.map(({ answer }) => answer)
    const told: readonly Fact[] = answers.length === 0 ? [] : [{ type: 'guard.answered', data: { point: 'session-start', answers } }]
    const facts = [...ended, ...told, ...contextFacts(began)]
    if (facts.length > 0) await journal.write({ facts })
    return facts.length > 0
  }

  async onStop(): Promise<boolean> {
    const { journal } = this.#hooking
    const { isStopAsked, sentBack } = journal.state.life
    if (isStopAsked) return false
    const shown = newestAnswer(journal)?.slice(0, SHOWN_CHARS)
    const more = { stop_hook_active: sentBack > 0, ...(shown !== undefined && { last_assistant_message: shown }) }
    const said = sentBack < MOST_SENT_BACK ? await this.#ask({ event: 'Stop', name: 'end', more }) : CUT
    // Whatever hooks said when the person stopped was not said to its end.
    if (this.#hooking.signal().aborted) return true
    const answers = said.map(({ answer }) => answer)
    if (answers.length === 0) return false
    const goesOn = sendsBack(answers)
      ? answers.flatMap((one) => (one.type === 'block' ? [`[The project's hook ${one.guard} sends you back: ${one.reason}]`] : []))
      : []
    await journal.write({ facts: [{ type: 'guard.answered', data: { point: 'stop', answers } }, ...contextFacts(said, goesOn)] })
    return true
  }

  async leave(reason: string): Promise<void> {
    const { journal } = this.#hooking
    const { life } = journal.state
    if (life.last !== journal.epoch || life.ended === journal.epoch) return
    const facts = await this.#ends(reason, journal.epoch)
    if (facts.length > 0) await journal.write({ facts })
  }

  async #ends(reason: string, life: number): Promise<readonly Fact[]> {
    const said = await this.#ask({ event: 'SessionEnd', name: reason, more: { reason }, withinMs: END_MS })
    const answers = said.map(({ answer }) => answer)
    return answers.length === 0 ? [] : [{ type: 'guard.answered', data: { point: 'session-end', life, answers } }]
  }

  /** In the order of the file, each script once. */
  async #ask({ event, name, more, withinMs }: Asked): Promise<readonly HookReply[]> {
    const { ports, journal, secrets } = this.#hooking
    const found = await this.#read()
    if (found.type !== 'found' || !found.handlers.some((one) => one.event === event)) return []
    if ((await this.#own.trust.trusted()) !== found.digest) return []
    const handlers = await matching(found.handlers, { event, name }, ports)
    if (handlers.length === 0) return []
    const detector = await secrets.detector()
    const input = canonicalJson({
      session_id: ports.session,
      cwd: ports.shell.cwd(),
      permission_mode: journal.state.mode,
      hook_event_name: event,
      ...(journal.state.turn && { prompt_id: journal.state.turn.trace }),
      ...more,
    })
    const until = withinMs === undefined ? undefined : ports.clock.mono() + withinMs
    const replies: HookReply[] = []
    for (const handler of handlers) {
      if (this.#hooking.signal().aborted) break
      const left = until === undefined ? handler.timeoutMs : Math.max(1, Math.min(handler.timeoutMs, Math.ceil(until - ports.clock.mono())))
      replies.push(await this.#run({ ...handler, timeoutMs: left }, { files: found.files, input }, (text) => detector.redact(text)))
    }
    return replies
  }

  async #run(
    handler: HookHandler,
    given: { readonly files: Extract<HooksFound, { type: 'found' }>['files']; readonly input: string },
    redact: (text: string) => string,
  ): Promise<HookReply> {
    const { clock } = this.#hooking.ports
    const startedAt = clock.mono()
    const heard = (): Parameters<typeof readReply>[1] => ({ handler, ms: Math.round(clock.mono() - startedAt), redact })
    try {
      const { script, timeoutMs } = handler
      const end = await this.#own.place.run({ ...given, script, timeoutMs, signal: this.#hooking.signal() })
      return readReply(end, heard())
    } catch (error) {
      return failedReply(heard(), failureOf(error).message)
    }
  }
}

async function matching(
  handlers: readonly HookHandler[],
  { event, name }: { readonly event: HookEvent; readonly name: string },
  { expression }: Pick<Ports, 'expression'>,
): Promise<readonly HookHandler[]> {
  const found: HookHandler[] = []
  for (const handler of handlers) {
    if (handler.event !== event || found.some(({ script }) => script === handler.script)) continue
    if (handler.matcher === undefined || (await matcherOf(expression, handler.matcher))(name)) found.push(handler)
  }
  return found
}

/** Nobody is asked a ninth time. */
const CUT: readonly HookReply[] = [
  {
    answer: {
      type: 'warn',
      guard: 'Stop',
      reason: `The project's hooks sent the agent back ${MOST_SENT_BACK} times in a row. The turn ends here.`,
    },
  },
]

/** @param before what the model reads in front of it */
function contextFacts(replies: readonly HookReply[], before: readonly string[] = []): readonly Fact[] {
  const text = [...before, ...replies.flatMap(({ answer }) => hookContext(answer))].join('\n')
  return text === '' ? [] : [{ type: 'message.user', data: { content: [{ type: 'text', text }], from: 'app' } }]
}
