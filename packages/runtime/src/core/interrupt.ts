import { notedBy } from './agents/told'
import { interruptedOutcome } from './outcomes'
import type { Journal } from './journal'
import type { Fact } from './fact'
import type { Ports } from './ports'
import type { SessionState } from './session-state'
import { newestWaiting } from './steering'

/** Ends the open turn: every open call gets a result, and what waits in the inbox waits on. */
export async function interruptTurn(
  { ports, journal }: { readonly ports: Ports; readonly journal: Journal },
  taken: readonly number[],
): Promise<void> {
  await journal.write(async () => {
    const { state } = journal
    if (!state.turn) return { facts: [], taken }
    const held = await newestWaiting(ports)
    return {
      facts: [...agentsEnd(journal), ...openEnd(state), { type: 'turn.ended', data: { stop: 'interrupted', ...(held > 0 && { held }) } }],
      taken,
    }
  })
}

function openEnd({ calls }: SessionState): readonly Fact[] {
  const open = calls.filter((call) => !call.ended)
  return open.map((call): Fact => ({ type: 'call.ended', data: { call: call.content.id, outcome: interruptedOutcome(call), ms: 0 } }))
}

/** Those of its sub-agents that have not ended by themselves until now. */
function agentsEnd({ agents }: Journal): readonly Fact[] {
  return [...agents].flatMap(([call, { state }]) => {
    const facts: readonly Fact[] = state.turn ? [...openEnd(state), { type: 'turn.ended', data: { stop: 'interrupted' } }] : []
    return facts.map((fact) => notedBy(call, fact))
  })
}
