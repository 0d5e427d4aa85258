import { DEMO_MODEL_ID, type Failure } from '@tabwright/protocol'
import type { Fact } from './fact'
import type { Journal } from './journal'
import type { Action } from './step'

/** The facts that end a turn. */
export function endOf({ stop, failure, loop }: Extract<Action, { type: 'end-turn' }>): readonly Fact[] {
  const ended: Fact = { type: 'turn.ended', data: { stop, ...(failure && { failure }) } }
  return loop ? [{ type: 'loop.noticed', data: loop }, ended] : [ended]
}

/** The model that the conversation is with cannot be asked now. */
export function unreachable(model: string): Failure {
  const who = model === DEMO_MODEL_ID ? 'The demo' : model
  return {
    code: 'no_key',
    message: `${who} began this conversation and is not connected now. Nothing is lost: connect it and try again, or start a new session.`,
  }
}

/** An answer that was complete is not asked for again: the wire would end with the model's own words. */
export function isAnswered({ state, wire }: Journal): boolean {
  return wire.at(-1)?.role === 'assistant' && !state.wire.paused && state.unsent.length === 0
}
