import type { InboxRow, QueuedMessage } from '@tabwright/protocol'

/** Messages that wait, as they are shown. What a worker wrote says so: taken back, it lands in the box of a person. */
export function queuedIn(rows: readonly InboxRow[]): readonly QueuedMessage[] {
  return rows.flatMap(({ n, message }) => {
    if (message.type !== 'message') return []
    const { by, text, attachments = [], when, paused } = message
    const attached = attachments.map(({ name }) => name)
    const said = by === undefined ? text : `Message of ${by}: ${text}`
    return [{ n, text: said, ...(when && { when }), ...(paused && { paused }), ...(attached.length > 0 && { attached }) }]
  })
}
