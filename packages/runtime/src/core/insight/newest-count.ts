import type { SessionEvent } from '@tabwright/protocol'
import type { NewestCount } from './window-view'

/**
 * What of the conversation's newest facts says how its present wire was counted. Facts come newest first, without what a rewind hides.
 * `void`: the conversation went back to before anything was sent. `new`: a wire began that was not answered yet.
 */
export type CountSought = { readonly type: 'found'; readonly count: NewestCount } | { readonly type: 'void' } | { readonly type: 'new' }

/** Looks for it, one fact at a time. */
export interface CountSearch {
  /** @returns the answer, once this fact settles it */
  see(event: SessionEvent): CountSought | undefined
}

/** Begins with the newest fact. */
export function searchCount(): CountSearch {
  let answer: SessionEvent<'message.assistant'> | undefined
  let isAsked = false
  return {
    see(event) {
      switch (event.type) {
        case 'message.assistant':
          // An answer of nothing is not in the wire: what was counted before it is what holds.
          if (!answer && event.data.content.length > 0) answer = event
          return undefined
        case 'model.requested':
          isAsked = true
          return answer && { type: 'found', count: countOf(answer, event.data.messages) }
        case 'compaction.ended':
          return !answer && event.data.result.type === 'done' ? { type: 'new' } : undefined
        case 'history.rewound':
          return !isAsked && event.data.wire === 0 ? { type: 'void' } : undefined
        default:
          return undefined
      }
    },
  }
}

function countOf({ at, data: { usage, model, cleared } }: SessionEvent<'message.assistant'>, messages: number): NewestCount {
  const { cacheRead, cacheWrite, input, output } = usage
  return { model, at, cacheRead, cacheWrite, input, output, messages, ...(cleared && { cleared }) }
}
