import { failureOf } from '@tabwright/protocol'

export interface Stopping {
  readonly queue: readonly { readonly n: number; readonly text: string }[]
  /** Takes a queued message back; false: it was delivered already. */
  readonly onWithdraw: (n: number) => Promise<boolean>
  readonly onStop: () => void
}

export interface TakenBack {
  /** Texts of the messages that were not delivered, in order. */
  readonly texts: readonly string[]
  /** Why one of them could not be taken back. */
  readonly problem?: string
}

/** Stopping means "not like that": what was queued comes back to be changed, before the stop, or it would start the next turn at once. */
export async function stopAndTakeBack({ queue, onWithdraw, onStop }: Stopping): Promise<TakenBack> {
  const texts: string[] = []
  try {
    for (const message of queue) if (await onWithdraw(message.n)) texts.push(message.text)
    return { texts }
  } catch (error) {
    return { texts, problem: failureOf(error).message }
  } finally {
    onStop()
  }
}
