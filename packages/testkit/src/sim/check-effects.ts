import type { CallContent, Outcome, SessionEvent } from '@tabwright/protocol'
import { toldBy } from '@tabwright/runtime/harness'
import type { Effect, World } from './world'

type Fact<T extends SessionEvent['type']> = Extract<SessionEvent, { type: T }>

interface Call {
  readonly id: string
  readonly tool: string
  readonly judged: Fact<'call.judged'>[]
  readonly decided: Fact<'call.decided'>[]
  readonly started: Fact<'call.started'>[]
  again: number
  resolvedDone: boolean
  ended: Outcome | undefined
}

/** Effects outside against what the log says of them: it cannot be taken back, so it must have been allowed, written down, and done once. */
export function checkEffects(world: World, facts: readonly SessionEvent[] = world.disk.events.slice(world.since)): string[] {
  const calls = callsOf(facts)
  const problems: string[] = []
  const byCall = new Map<Call, Effect[]>()
  for (const effect of world.effects) {
    const call = calls.find((candidate) => matches(candidate, effect))
    if (!call) {
      problems.push(`[INV-1] ${effect.tool} ran and the log knows of no such call`)
      continue
    }
    byCall.set(call, [...(byCall.get(call) ?? []), effect])
    problems.push(...checkAllowed(world, call, effect))
  }
  for (const call of calls) problems.push(...checkCount(call, byCall.get(call) ?? []))
  return problems
}

function callsOf(events: readonly SessionEvent[]): Call[] {
  const calls = new Map<string, Call>()
  for (const event of events.map(toldBy)) {
    for (const { id, name } of askedFor(event)) calls.set(id, newCall(id, name))
    if ('call' in event.data && event.data.call !== undefined) note(calls.get(event.data.call), event)
  }
  return [...calls.values()]
}

/** Calls that an answer asks for. */
export function askedFor(event: SessionEvent): readonly CallContent[] {
  return event.type === 'message.assistant' ? event.data.content.filter((part) => part.type === 'call') : []
}

function newCall(id: string, tool: string): Call {
  return { id, tool, judged: [], decided: [], started: [], again: 0, resolvedDone: false, ended: undefined }
}

function note(call: Call | undefined, event: SessionEvent): void {
  if (!call) return
  if (event.type === 'call.judged') call.judged.push(event)
  else if (event.type === 'call.decided') call.decided.push(event)
  else if (event.type === 'call.started') call.started.push(event)
  else if (event.type === 'call.ended') call.ended ??= event.data.outcome
  else if (event.type === 'call.resolved') {
    if (event.data.choice === 'again') call.again++
    call.resolvedDone ||= event.data.choice === 'done'
  }
}

/** By the key where the outside was told one; targets are unique to a call otherwise. */
function matches(call: Call, effect: Effect): boolean {
  if (call.tool !== effect.tool) return false
  if (effect.key !== undefined) return effect.key.endsWith(`:${call.id}`)
  return call.judged.some((judged) => judged.data.bytes === effect.bytes)
}

function checkAllowed(world: World, call: Call, effect: Effect): string[] {
  const problems: string[] = []
  const started = call.started.find((event) => event.seq <= effect.durable)
  if (!started) problems.push(`[INV-7] ${effect.tool} ran before its call.started was durable`)
  const judged = call.judged.findLast((event) => event.seq <= effect.head)
  if (judged?.data.bytes !== effect.bytes) problems.push(`[INV-1] ${effect.tool} ran with other bytes than were judged`)
  const decided = call.decided.findLast((event) => event.seq <= effect.durable)
  if (!decided || decided.data.decision.type !== 'allow') return [...problems, `[INV-1] ${effect.tool} ran without a durable decision`]
  if (decided.data.digest !== judged?.data.digest) problems.push(`[INV-1] ${effect.tool} ran with a decision about something else`)
  if (decided.data.decision.by === 'rule' && OUTSIDE.has(effect.tool) && !isRemembered(world.disk.events, decided.seq)) {
    problems.push(`[INV-1] ${effect.tool} ran by a rule that nobody gave, or that was taken back`)
  }
  const isSaid = world.clicks.some(
    (click) =>
      click.call === call.id && click.digest === decided.data.digest && click.answer !== 'deny' && click.identity === effect.identity,
  )
  if (decided.data.decision.by === 'user' && !isSaid) {
    problems.push(`[INV-1] ${effect.tool} ran as something that nobody was shown`)
  }
  return problems
}

/** Whether a person allowed something for the session before that fact, in what is still part of the conversation then. */
function isRemembered(events: readonly SessionEvent[], before: number): boolean {
  const rewinds = events.filter((event) => event.type === 'history.rewound').filter(({ seq }) => seq < before)
  return events.some(
    (event) =>
      event.type === 'call.decided' &&
      event.seq < before &&
      event.data.decision.type === 'allow' &&
      event.data.decision.remember !== undefined &&
      !rewinds.some(({ seq, data }) => event.seq > data.to && event.seq < seq),
  )
}

function checkCount(call: Call, effects: readonly Effect[]): string[] {
  const done = effects.filter((effect) => !effect.repeated).length
  const problems: string[] = []
  if (done > 1 + call.again) problems.push(`[INV-7] ${call.tool} was done ${done} times for one call`)
  if (!OUTSIDE.has(call.tool)) return problems
  if (new Set(effects.map(({ key }) => key)).size > 1) problems.push(`[INV-7] ${call.tool} was repeated with another key`)
  const outcome = call.ended?.type
  if (outcome === 'done' && done === 0 && !call.resolvedDone) problems.push(`${call.tool} is told as done and never happened`)
  if (done > 0 && (outcome === 'denied' || outcome === 'skipped' || outcome === 'interrupted')) {
    problems.push(`[INV-7] ${call.tool} happened and is told as ${outcome}`)
  }
  return problems
}

const OUTSIDE = new Set(['deploy', 'push'])
