import type { QueuedMessage } from '@tabwright/protocol'

export type { QueuedMessage }

/**
 * The queue after moving the message at place `from` to place `to`; the same queue for a place outside of it. The numbers stay where they
 * are and the messages move between them: a number says when a message is delivered.
 */
export function moved(queue: readonly QueuedMessage[], from: number, to: number): readonly QueuedMessage[] {
  const message = queue[from]
  if (message === undefined || to < 0 || to >= queue.length || to === from) return queue
  const rest = queue.filter((_, place) => place !== from)
  const messages = [...rest.slice(0, to), message, ...rest.slice(to)]
  return queue.map(({ n, text }, place) => ({ text, ...messages[place], n }))
}

/** The numbers of the present queue in the order in which their messages are to stand after {@link moved}. */
export function orderOf(queue: readonly QueuedMessage[], from: number, to: number): readonly number[] {
  const numbers = queue.map(({ n }) => n)
  const rest = numbers.filter((_, place) => place !== from)
  return [...rest.slice(0, to), ...numbers.slice(from, from + 1), ...rest.slice(to)]
}

/** Whether two queues say the same. */
export function sameQueue(a: readonly QueuedMessage[], b: readonly QueuedMessage[]): boolean {
  return a.length === b.length && a.every((one, place) => isSame(one, b[place]))
}

function isSame(one: QueuedMessage, other: QueuedMessage | undefined): boolean {
  return one.n === other?.n && one.text === other.text && one.when === other.when && one.paused === other.paused
}

/** A queued message that is being changed: `was` is the text that is queued. */
export interface QueueChange extends QueuedMessage {
  readonly was: string
}

/** Where the message that is being changed is by now; undefined when it was delivered. Another tab may have moved it. */
export function followed(queue: readonly QueuedMessage[], change: QueueChange): QueueChange | undefined {
  if (queue.some(({ n, text }) => n === change.n && text === change.was)) return change
  const other = queue.find(({ text }) => text === change.was)
  return other === undefined ? undefined : { ...change, n: other.n }
}
