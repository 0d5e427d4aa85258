import { fail, type CallId } from '@tabwright/protocol'
import type { Fact } from '../fact'
import type { Entry, Journal } from '../journal'
import type { SessionState } from '../session-state'
import { modeNow, narrowerMode } from '../modes'
import type { SubAgent } from './agents'
import { notedBy } from './told'

/**
 * A sub-agent's log and wire, as a part of its session's. What it writes is one entry there, so that its files, its result and what the person
 * was asked stand or fall together with the session's own. Once its call has ended nothing more is written.
 */
export function agentJournal(session: Journal, call: CallId): Journal {
  let closed = false
  let last = session.agents.get(call)
  const now = (): SubAgent => (last = session.agents.get(call) ?? last) ?? fail('not_found', 'There is no such sub-agent.')
  const entryOf = async (build: Entry | (() => Promise<Entry>)): Promise<Entry> => {
    const entry = typeof build === 'function' ? await build() : build
    if (closed || !session.agents.has(call)) return fail('fenced', 'This sub-agent has ended.')
    return noted(call, entry)
  }
  return {
    get state() {
      return within(session.state, now())
    },
    get spending() {
      return session.spending
    },
    get rewinds() {
      return session.rewinds
    },
    get agents() {
      return session.agents
    },
    epoch: session.epoch,
    get wire() {
      return now().wire
    },
    get wireEpoch() {
      return now().wireEpoch
    },
    write: (build) => session.write(() => entryOf(build)),
    sure: () => session.sure(),
    close: () => void (closed = true),
    watch: (listener) => session.watch(listener),
  }
}

/** Writes what a person says of a call, for whoever made it: a sub-agent, or the session's own agent. */
export function writeFor(session: Journal, call: CallId, build: (state: SessionState) => Promise<Entry>): Promise<void> {
  return session.write(async () => {
    for (const [id, agent] of session.agents) {
      if (agent.state.calls.some(({ content }) => content.id === call)) return noted(id, await build(within(session.state, agent)))
    }
    return build(session.state)
  })
}

/**
 * The conversation is its own, and what hooks said of its ends. What it may do, where its commands run, what came together and what was allowed is the
 * session's, and its mode is never the wider one.
 */
function within(session: SessionState, { state, task }: SubAgent): SessionState {
  const { rules, taint, hosts, fetches, hands } = session
  return { ...state, rules, taint, hosts, fetches, hands, mode: narrowerMode(modeNow(session), task.mode) }
}

function noted(call: CallId, { facts, wire, ...entry }: Entry): Entry {
  const all = facts.map((fact) => notedBy(call, fact))
  const at = all.findIndex(({ type }) => type === 'agent.noted')
  const withWire = (fact: Fact): Fact => (fact.type === 'agent.noted' && wire ? { ...fact, data: { ...fact.data, wire } } : fact)
  return { ...entry, facts: all.map((fact, i) => (i === at ? withWire(fact) : fact)) }
}
