import type { QueuedChange } from '@tabwright/protocol'

/** What can be done with messages that wait. */
export interface QueueApi {
  /** Takes back a queued message; false when it was delivered already. */
  withdraw(n: number): Promise<boolean>
  /** Another text for a queued message, or another moment for it; false when it was delivered already. */
  changeQueued(n: number, change: QueuedChange): Promise<boolean>
  /** Puts queued messages in this order; `order` holds their numbers. False when one of them is gone. */
  reorderQueue(order: readonly number[]): Promise<boolean>
}
