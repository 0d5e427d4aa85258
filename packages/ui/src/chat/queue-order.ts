/** A message that waits to be delivered. */
export interface QueuedMessage {
  readonly n: number
  readonly text: string
}

/** The order after moving the message at `from` to place `to`; a place outside of the list moves it nowhere. */
export function moved(queue: readonly QueuedMessage[], from: number, to: number): readonly QueuedMessage[] {
  const message = queue[from]
  if (message === undefined || to < 0 || to >= queue.length || to === from) return queue
  const rest = queue.filter((_, place) => place !== from)
  return [...rest.slice(0, to), message, ...rest.slice(to)]
}

/**
 * The queue as the person arranged it, as long as it holds the same messages; what was delivered meanwhile is gone from it and what
 * came in stands at its end.
 */
export function arranged(queue: readonly QueuedMessage[], order: readonly number[] | undefined): readonly QueuedMessage[] {
  if (order === undefined) return queue
  const known = order.flatMap((n) => queue.find((message) => message.n === n) ?? [])
  return [...known, ...queue.filter((message) => !order.includes(message.n))]
}

/** Whether an arrangement is the order that the queue has by itself. */
export function isSettled(queue: readonly QueuedMessage[], order: readonly number[]): boolean {
  return arranged(queue, order).every((message, place) => message === queue[place])
}
