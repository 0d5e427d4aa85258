import type { Rung } from '@tabwright/protocol'
import type { QualityState } from './state'

/** How often each rung is tried. Source: harness.md F69. */
const TRIES: Readonly<Record<Exclude<Rung, 'human'>, number>> = { retry: 2, approach: 1, model: 1 }

/** What is done about the next failure. `isTried`: it was tried again already, as with a circle, which was told of, or a request, which was sent anew. @param has another model was chosen for this */
export function nextRung({ rungs }: Pick<QualityState, 'rungs'>, has: { readonly stronger: boolean; readonly isTried: boolean }): Rung {
  if (!has.isTried && rungs.model === 0) {
    if (rungs.retry < TRIES.retry) return 'retry'
    if (rungs.approach < TRIES.approach) return 'approach'
  }
  return has.stronger && rungs.model < TRIES.model ? 'model' : 'human'
}

/** What the model is told on a rung. */
export function rungWords(rung: Exclude<Rung, 'human'>, why: string): string {
  switch (rung) {
    case 'retry':
      return `Before this turn ends your work was held against the check that the person set, and it failed:\n${why}\nPut it right. You need not run the check yourself.`
    case 'approach':
      return `The check fails again:\n${why}\nDo not repeat what you tried. Say in a sentence why it did not work, then take another approach.`
    case 'model':
      return `Another model worked on this and did not succeed:\n${why}\nLook at what was done with fresh eyes, say what was wrong with it, and finish the work.`
  }
}

/** What a person reads when they are needed. */
export function humanWords(why: string): string {
  return `The agent did not succeed, and everything that you allowed for this was tried: ${firstLine(why)} What was done is kept, with a checkpoint; say how to go on.`
}

/** Enough of a reason for one sentence. */
export function firstLine(why: string): string {
  const line = why.trim().split('\n').at(0) ?? ''
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}
