import type { InboxRow } from '@tabwright/protocol'

/** Messages that wait, as they are shown. What a worker wrote says so: taken back, it lands in the box of a person. */
export function queuedIn(rows: readonly InboxRow[]): readonly { readonly n: number; readonly text: string }[] {
  return rows.flatMap(({ n, message }) => {
    if (message.type !== 'message') return []
    return [{ n, text: message.by === undefined ? message.text : `Message of ${message.by}: ${message.text}` }]
  })
}
