import { fail } from './failure'

/**
 * What a person attached to a message, on its way to the session: in the box, in a draft, in the queue. Its bytes travel with it, so that a
 * message is never somewhere without them; the fact that it becomes names them as contents of the session.
 */
export type Attachment = AttachedText | AttachedImage | AttachedDocument

export interface AttachedText {
  readonly type: 'text'
  readonly name: string
  readonly text: string
}

export interface AttachedImage {
  readonly type: 'image'
  readonly name: string
  readonly mediaType: string
  /** In base 64. */
  readonly data: string
  readonly width: number
  readonly height: number
}

export interface AttachedDocument {
  readonly type: 'document'
  readonly name: string
  readonly mediaType: 'application/pdf'
  /** In base 64. */
  readonly data: string
  readonly pages: number
}

/** Longest side of a picture that is sent, in points: the provider makes larger ones smaller before a model sees them. */
export const PICTURE_SIDE = 1568
/** Of one picture: 5 MB once it is letters, as the provider counts it. */
export const PICTURE_BYTES = 3_750_000
/** A request may have 32 MB, and a third more than the document's own size is what it takes in one. */
export const DOCUMENT_BYTES = 15_000_000
/** Of a document, as the provider takes it for models with a window of 200,000 tokens. */
export const DOCUMENT_PAGES = 100
/** Of one attached text, in characters. */
export const TEXT_CHARS = 1_000_000
/** Attachments of one message. */
export const MOST_ATTACHED = 20
/** Of all attachments of one message together, as they are sent. */
export const ATTACHED_BYTES = 20_000_000

/** What can be attached, for whoever tried something else. */
export const ATTACHABLE = 'PNG, JPEG, WebP and GIF pictures, PDF documents and text files'

/** How much of a request it takes. */
export function sentSize(attachment: Attachment): number {
  return attachment.type === 'text' ? attachment.text.length : attachment.data.length
}

/** @throws FailureError `bad_input`, `too_large` for what one message cannot hold */
export function checkAttachments(list: readonly Attachment[]): void {
  if (list.length > MOST_ATTACHED)
    fail('too_large', `A message takes ${MOST_ATTACHED} attachments; these are ${list.length}. Send some of them with the next one.`)
  const chars = list.reduce((sum, one) => sum + (one.type === 'text' ? one.text.length : 0), 0)
  if (chars > 2 * TEXT_CHARS)
    fail(
      'too_large',
      `The attached texts have ${chars} characters together; ${2 * TEXT_CHARS} is the limit. Put them into files of the workspace and name those.`,
    )
  const size = list.reduce((sum, one) => sum + sentSize(one), 0)
  if (size > ATTACHED_BYTES * (4 / 3))
    fail(
      'too_large',
      `The attachments of a message take ${ATTACHED_BYTES / 1_000_000} MB together; these are ${Math.ceil((size * 0.75) / 1_000_000)} MB. Send some of them with the next one.`,
    )
}
