import type { GuardAnswer, SessionEvent } from '@tabwright/protocol'

/** Which lives of the session its project was told of: a life is that of one writer, by its epoch; 0 is none. */
export interface HookLife {
  /** Facts up to this number were another session's. */
  readonly inherited: number
  /** The newest life in which a turn began, and the one before it. */
  readonly last: number
  readonly previous: number
  /** The newest life whose beginning was told, and whose end. */
  readonly began: number
  readonly ended: number
  /** What was said at the beginning is in a summary since. */
  readonly isCompacted: boolean
  /** The project was asked about the end that the newest answer makes. */
  readonly isStopAsked: boolean
  /** So often in a row it sent the agent back in this turn. */
  readonly sentBack: number
}

/** Of a session in which nothing happened. */
export const NO_LIFE: HookLife = {
  inherited: 0,
  last: 0,
  previous: 0,
  began: 0,
  ended: 0,
  isCompacted: false,
  isStopAsked: false,
  sentBack: 0,
}

/** Adds one fact. */
export function foldLife(life: HookLife, event: SessionEvent): HookLife {
  if (event.type === 'session.opened') return { ...life, inherited: event.data.parent?.seq ?? 0 }
  if (event.seq <= life.inherited) return life
  switch (event.type) {
    case 'turn.started':
      return { ...begunBy(life, event.epoch), isStopAsked: false, sentBack: 0 }
    case 'message.assistant':
      return life.isStopAsked ? { ...life, isStopAsked: false } : life
    case 'compaction.ended':
      return event.data.result.type === 'done' && life.began > 0 ? { ...life, isCompacted: true } : life
    case 'guard.answered':
      if (event.data.point === 'stop')
        return { ...life, isStopAsked: true, sentBack: life.sentBack + (sendsBack(event.data.answers) ? 1 : 0) }
      if (event.data.point === 'session-start') return { ...life, began: event.epoch, isCompacted: false }
      return event.data.point === 'session-end' ? { ...life, ended: event.data.life ?? event.epoch } : life
    default:
      return life
  }
}

const begunBy = (life: HookLife, epoch: number): HookLife => (epoch === life.last ? life : { ...life, last: epoch, previous: life.last })

/** Whether the agent goes on: one hook wants it, and none ends the turn for good. */
export function sendsBack(answers: readonly GuardAnswer[]): boolean {
  return answers.some(({ type }) => type === 'block') && !answers.some(({ hook }) => hook?.stops !== undefined)
}

/** A life that is over, although nobody told the project; 0 where there is none. */
export function lifeOver({ last, previous }: HookLife, epoch: number): number {
  return last === epoch ? previous : last
}
