import type { CallId, SessionEvent, SessionEventMap, WireRow } from '@tabwright/protocol'
import { EMPTY_STATE, fold, type SessionState } from '../session-state'
import { toldBy } from './told'

/** A sub-agent whose call has not ended: a conversation of its own in the log of its session. */
export interface SubAgent {
  readonly task: SessionEventMap['agent.started']
  readonly state: SessionState
  /** What it was sent, header first. */
  readonly wire: readonly WireRow[]
  readonly wireEpoch: number
  /** Its newest words: all that is left of it once it has ended. */
  readonly said: string
  /** How many calls it made. */
  readonly calls: number
}

/** Those that work, by the call that asked for each. */
export type Agents = ReadonlyMap<CallId, SubAgent>

/** None works. */
export const NO_AGENTS: Agents = new Map()

/** Adds one fact of the session's log. With the call that asked for it a sub-agent is gone. */
export function foldAgents(agents: Agents, event: SessionEvent): Agents {
  switch (event.type) {
    case 'agent.started':
      return withAgent(agents, { task: event.data, state: EMPTY_STATE, wire: [], wireEpoch: 0, said: '', calls: 0 })
    case 'agent.noted': {
      const agent = agents.get(event.data.call)
      return agent ? withAgent(agents, noted(agent, event)) : agents
    }
    case 'call.ended':
      return agents.has(event.data.call) ? new Map([...agents].filter(([call]) => call !== event.data.call)) : agents
    case 'turn.ended':
    case 'history.rewound':
      return agents.size === 0 ? agents : NO_AGENTS
    // What happens to the session and concerns calls of all that work in it.
    case 'mode.chosen':
    case 'hands.chosen':
    case 'workspace.changed':
    case 'fetch.started':
      return agents.size === 0 ? agents : new Map([...agents].map(([call, agent]) => [call, { ...agent, state: fold(agent.state, event) }]))
    default:
      return agents
  }
}

function withAgent(agents: Agents, agent: SubAgent): Agents {
  return new Map([...agents, [agent.task.call, agent]])
}

function noted(agent: SubAgent, event: SessionEvent<'agent.noted'>): SubAgent {
  const rows = event.data.wire ?? []
  const begins = rows.findLastIndex(({ role }) => role === 'header')
  const told = toldBy(event)
  return {
    ...agent,
    state: fold(agent.state, told),
    wire: begins === -1 ? [...agent.wire, ...rows] : rows.slice(begins),
    wireEpoch: agent.wireEpoch + rows.filter(({ role }) => role === 'header').length,
    ...saidIn(told, agent),
  }
}

function saidIn(told: SessionEvent, { said, calls }: SubAgent): Pick<SubAgent, 'said' | 'calls'> {
  // Of an answer that never came to its end this much is there.
  if (told.type === 'model.failed') return { said: told.data.partial ?? said, calls }
  if (told.type !== 'message.assistant') return { said, calls }
  const { content } = told.data
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n')
  return { said: text.trim() === '' ? said : text, calls: calls + content.filter(({ type }) => type === 'call').length }
}
