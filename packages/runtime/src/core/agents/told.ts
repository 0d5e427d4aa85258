import type { AgentFact, CallId, SessionEvent } from '@tabwright/protocol'
import { AGENT_FACTS } from '@tabwright/protocol'
import type { Fact } from '../fact'

/** What a fact tells, whoever it happened to: of a sub-agent's the fact that it wraps, of all others themselves. */
export function toldBy(event: SessionEvent): SessionEvent {
  if (event.type !== 'agent.noted') return event
  const { type: _type, data, ...envelope } = event
  return { ...envelope, ...data.fact }
}

const OWN: ReadonlySet<string> = new Set(AGENT_FACTS)

/** What a sub-agent writes, as the session's log holds it: its own facts behind its name, what concerns the session as it is. */
export function notedBy(call: CallId, fact: Fact): Fact {
  return isOwn(fact) ? { type: 'agent.noted', data: { call, fact } } : fact
}

function isOwn(fact: Fact): fact is AgentFact {
  return OWN.has(fact.type)
}
