import type { CallId, Hash, SessionEvent, SessionId } from '@tabwright/protocol'
import { toldBy } from './agents/told'
import { callSpan, contextOf, spanOf, type TraceContext } from './trace'

/** A piece of work that ended, as a part of its W3C trace. Moments are milliseconds since 1970. No words of anybody are in it. */
export interface Span {
  readonly trace: string
  readonly span: string
  readonly parent: string | undefined
  readonly flags: string
  readonly name: string
  readonly kind: 'internal' | 'server' | 'client'
  readonly start: number
  readonly end: number
  /** A code, where it failed. */
  readonly error: string | undefined
  readonly attributes: Readonly<Record<string, string | number>>
}

/** Makes spans of facts as they become durable. */
export interface Spans {
  /** @returns those that ended with these facts */
  add(events: readonly SessionEvent[]): readonly Span[]
}

/** What began and has not ended. */
type Open = Pick<Span, 'span' | 'parent' | 'start' | 'attributes'>

/** Whose facts they are: the session's own agent's, or those of the sub-agent that a call asked for. */
interface Scope {
  readonly context: TraceContext
  readonly key: string
  /** What its turn hangs on. */
  readonly above: string | undefined
}

/**
 * Turns, model requests, the gate's decisions and calls. What had begun before this tab wrote the session is told from its first fact here on.
 */
export function createSpans({ session, hash }: { readonly session: SessionId; readonly hash: Hash }): Spans {
  return new OpenSpans(session, hash)
}

class OpenSpans implements Spans {
  readonly #session: SessionId
  readonly #hash: Hash
  readonly #open = new Map<string, Open>()
  readonly #tools = new Map<string, string>()
  #ended: Span[] = []

  constructor(session: SessionId, hash: Hash) {
    this.#session = session
    this.#hash = hash
  }

  add(events: readonly SessionEvent[]): readonly Span[] {
    this.#ended = []
    for (const event of events) this.#fact(event)
    return this.#ended
  }

  #fact(event: SessionEvent): void {
    const context = contextOf(event.trace, this.#hash)
    if (event.type !== 'agent.noted') return this.#told(event, { context, key: '', above: context.parent })
    const { call } = event.data
    this.#told(toldBy(event), { context, key: call, above: this.#callSpan(event, call) })
  }

  #told(event: SessionEvent, scope: Scope): void {
    switch (event.type) {
      case 'turn.started':
        this.#open.delete(keyOf(scope, 'turn'))
        this.#turn(event, scope, { model: event.data.model })
        return
      case 'turn.ended':
        this.#turnEnded(event, scope)
        return
      case 'model.requested':
        this.#begin(event, scope, { what: 'model', attributes: { attempt: event.data.attempt } })
        return
      case 'model.failed':
        this.#end(event, scope, { what: 'model', name: 'model', kind: 'client', error: event.data.failure.code })
        return
      case 'message.assistant': {
        const { model, stopReason, usage, content } = event.data
        for (const block of content) if (block.type === 'call') this.#tools.set(block.id, block.name)
        const attributes = { model, stop: stopReason, input_tokens: usage.input, output_tokens: usage.output }
        this.#end(event, scope, { what: 'model', name: 'model', kind: 'client', attributes })
        return
      }
      case 'call.requested':
        this.#tools.set(event.data.call, event.data.tool)
        return
      default:
        this.#call(event, scope)
    }
  }

  #turnEnded(event: SessionEvent<'turn.ended'>, scope: Scope): void {
    const { stop, failure } = event.data
    const isOwn = scope.key === ''
    const kind = isOwn && scope.above !== undefined ? 'server' : 'internal'
    this.#end(event, scope, { what: 'turn', name: isOwn ? 'turn' : 'sub-agent', kind, error: failure?.code, attributes: { stop } })
    // What it left open ends with it, and nobody is told of it.
    for (const key of this.#open.keys()) if (isOwn || key.startsWith(`${scope.key} `)) this.#open.delete(key)
    if (isOwn) this.#tools.clear()
  }

  #call(event: SessionEvent, scope: Scope): void {
    switch (event.type) {
      case 'call.judged':
        this.#begin(event, scope, { what: `gate ${event.data.call}`, attributes: { verdict: event.data.verdict.type } })
        return
      case 'call.decided': {
        const { call, decision } = event.data
        const error = decision.type === 'deny' ? 'denied' : undefined
        const attributes = { decision: decision.type, by: decision.by }
        this.#end(event, scope, { what: `gate ${call}`, name: `gate ${this.#tool(call)}`, kind: 'internal', error, attributes })
        return
      }
      case 'call.started': {
        const { call, effect, remote } = event.data
        if (remote) this.#tools.set(call, remote.function)
        const attributes = { call, effect, ...(remote && { function: remote.function, worker: remote.worker }) }
        this.#begin(event, scope, { what: `call ${call}`, span: this.#callSpan(event, call), attributes })
        return
      }
      case 'call.ended': {
        const { call, outcome } = event.data
        this.#open.delete(keyOf(scope, `gate ${call}`))
        const error = outcome.type === 'done' ? undefined : outcome.type
        this.#end(event, scope, { what: `call ${call}`, name: `tool ${this.#tool(call)}`, kind: 'internal', error, attributes: { call } })
        return
      }
      default:
    }
  }

  #tool(call: CallId): string {
    return this.#tools.get(call) ?? 'call'
  }

  #callSpan({ trace }: SessionEvent, call: CallId): string {
    return callSpan({ session: this.#session, trace, call }, this.#hash)
  }

  /** Its turn, which had begun before anything was seen of it where it is not known. */
  #turn(event: SessionEvent, scope: Scope, attributes: Span['attributes'] = {}): Open {
    const key = keyOf(scope, 'turn')
    const known = this.#open.get(key)
    if (known) return known
    const span = spanOf([this.#session, event.trace, scope.key, 'turn'], this.#hash)
    const turn = { span, parent: scope.above, start: event.at, attributes: { session: this.#session, ...attributes } }
    this.#open.set(key, turn)
    return turn
  }

  #begin(event: SessionEvent, scope: Scope, { what, span, attributes }: Beginning): void {
    const key = keyOf(scope, what)
    // Judged or started again, it is the same piece of work.
    if (this.#open.has(key)) return
    const id = span ?? spanOf([this.#session, event.trace, event.seq, what], this.#hash)
    this.#open.set(key, { span: id, parent: this.#turn(event, scope).span, start: event.at, attributes })
  }

  #end(event: SessionEvent, scope: Scope, { what, name, kind, error, attributes = {} }: Ending): void {
    const key = keyOf(scope, what)
    const open = what === 'turn' ? this.#turn(event, scope) : this.#open.get(key)
    // A call that was refused never began; what the one before in this session began, it was told of.
    if (!open) return
    this.#open.delete(key)
    const { trace, flags } = scope.context
    this.#ended.push({ ...open, trace, flags, name, kind, end: event.at, error, attributes: { ...open.attributes, ...attributes } })
  }
}

interface Beginning {
  readonly what: string
  readonly span?: string
  readonly attributes: Span['attributes']
}

interface Ending extends Pick<Span, 'name' | 'kind'> {
  readonly what: string
  readonly error?: string | undefined
  readonly attributes?: Span['attributes']
}

const keyOf = ({ key }: Scope, what: string): string => `${key} ${what}`
