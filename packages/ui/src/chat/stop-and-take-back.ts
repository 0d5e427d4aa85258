import { failureOf, type Attachment } from '@tabwright/protocol'

export interface Stopping {
  readonly queue: readonly { readonly n: number; readonly text: string }[]
  /** Takes a queued message back; false: it was delivered already. */
  readonly onWithdraw: (n: number) => Promise<boolean>
  readonly onStop: () => void
  /** What is attached to a queued message. */
  readonly attachmentsOf?: ((n: number) => Promise<readonly Attachment[]>) | undefined
}

export interface TakenBack {
  /** Texts of the messages that were not delivered, in order. */
  readonly texts: readonly string[]
  /** What was attached to them. */
  readonly attachments: readonly Attachment[]
  /** Why one of them could not be taken back. */
  readonly problem?: string
}

/** Stopping means "not like that": what was queued comes back to be changed, before the stop, or it would start the next turn at once. */
export async function stopAndTakeBack({ queue, onWithdraw, onStop, attachmentsOf }: Stopping): Promise<TakenBack> {
  const texts: string[] = []
  const attachments: Attachment[] = []
  try {
    for (const message of queue) {
      const back = (await attachmentsOf?.(message.n)) ?? []
      if (!(await onWithdraw(message.n))) continue
      texts.push(message.text)
      attachments.push(...back)
    }
    return { texts, attachments }
  } catch (error) {
    return { texts, attachments, problem: failureOf(error).message }
  } finally {
    onStop()
  }
}
