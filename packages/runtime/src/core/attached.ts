import {
  assertNever,
  fail,
  fromBase64,
  toBase64,
  withHiddenShown,
  type AttachedContent,
  type Attachment,
  type BlobHash,
  type Content,
  type DocumentContent,
  type ImageContent,
  type InboxMessage,
  type JsonObject,
  type ModelInfo,
  type NamedContent,
  type SessionEvent,
  type TextContent,
  type Workspace,
  blobHash,
} from '@tabwright/protocol'
import { toldBy } from './agents/told'
import type { Unsent } from './records'

/**
 * What people attach to messages and tools bring beside their text. A fact names the bytes, which are stored with it as contents of the
 * session; the wire has them as they were sent, so later requests do not depend on them.
 */

/** What a message says, and the bytes that it brings. Attachments come first: a model reads what is asked about before the question. */
export interface Written {
  readonly content: readonly Content[]
  readonly contents: readonly NamedContent[]
}

/** @throws FailureError `bad_input` for an attachment whose bytes cannot be read */
export function written(
  { text, attachments = [] }: Pick<Extract<InboxMessage, { type: 'message' }>, 'text' | 'attachments'>,
  workspace: Pick<Workspace, 'addressOf'>,
): Written {
  const contents: NamedContent[] = []
  const addressed = (data: string, name: string): BlobHash => {
    const bytes = fromBase64(data) ?? fail('bad_input', `${name} could not be read. Attach it again.`)
    const hash = workspace.addressOf(bytes)
    contents.push({ hash, bytes })
    return hash
  }
  const content = attachments.map((one): Content => {
    switch (one.type) {
      case 'text':
        return { type: 'text', text: one.text, name: one.name }
      case 'image': {
        const { name, mediaType, width, height } = one
        return { type: 'image', mediaType, blob: addressed(one.data, name), name, width, height }
      }
      case 'document': {
        const { name, mediaType, pages } = one
        return { type: 'document', mediaType, blob: addressed(one.data, name), name, pages }
      }
      default:
        return assertNever(one)
    }
  })
  return { content: text.trim() === '' && content.length > 0 ? content : [...content, { type: 'text', text }], contents }
}

/** Back as it was attached, for a message that returns to the box. What is not there any more is left out. */
export async function attachmentsOf(content: readonly Content[], workspace: Pick<Workspace, 'blob'>): Promise<readonly Attachment[]> {
  const back: Attachment[] = []
  for (const block of content) {
    if (isAttachedText(block)) back.push({ type: 'text', name: block.name, text: block.text })
    if (block.type !== 'image' && block.type !== 'document') continue
    const data = toBase64(await workspace.blob(blobHash(block.blob)))
    if (block.type === 'document') back.push({ type: 'document', name: block.name, mediaType: block.mediaType, pages: block.pages, data })
    else {
      const { name = 'picture', mediaType, width = 0, height = 0 } = block
      back.push({ type: 'image', name, mediaType, width, height, data })
    }
  }
  return back
}

/** A text that was attached, and not written. */
export function isAttachedText(block: Content): block is TextContent & { readonly name: string } {
  return block.type === 'text' && block.name !== undefined
}

/** What came with a message, and was not written in it. */
export function isAttached(block: Content): block is AttachedContent {
  return block.type === 'image' || block.type === 'document' || isAttachedText(block)
}

/** What a person wrote themselves, without what they attached. */
export function ownWords(content: readonly Content[]): string {
  return content.flatMap((block) => (block.type === 'text' && block.name === undefined ? [block.text] : [])).join('\n\n')
}

/** Every content that a fact names beside those of files, a sub-agent's facts as well. */
export function contentsNamed(event: SessionEvent): readonly BlobHash[] {
  const told = toldBy(event)
  switch (told.type) {
    case 'message.user':
    case 'message.assistant':
      return told.data.content.flatMap(blobIn)
    case 'call.ended':
      return told.data.outcome.type === 'done' ? (told.data.outcome.images ?? []).flatMap(blobIn) : []
    default:
      return []
  }
}

function blobIn(block: Content): readonly BlobHash[] {
  const isNamed = (block.type === 'image' || block.type === 'document') && /^[0-9a-f]{64}$/.test(block.blob)
  return isNamed ? [blobHash(block.blob)] : []
}

/** Contents in base 64, by address. */
export type Pictured = ReadonlyMap<string, string>

/** What is about to be sent for the first time, of pictures and documents. @param fresh bytes that are not in the log yet */
export async function picturesOf(
  unsent: readonly Unsent[],
  workspace: Pick<Workspace, 'blob'>,
  fresh: readonly NamedContent[] = [],
): Promise<Pictured> {
  const found = new Map<string, string>(fresh.map(({ hash, bytes }) => [hash, toBase64(bytes)]))
  for (const block of unsent.flatMap(shownIn)) {
    if (found.has(block.blob)) continue
    const bytes = await workspace.blob(blobHash(block.blob)).catch(() => undefined)
    if (bytes) found.set(block.blob, toBase64(bytes))
  }
  return found
}

/** Pictures and documents among what is to be said. */
export function shownIn(item: Unsent): readonly (ImageContent | DocumentContent)[] {
  if (item.type === 'instructions') return []
  const all = item.type === 'message' ? item.content : item.outcome.type === 'done' ? (item.outcome.images ?? []) : []
  return all.filter((block) => block.type === 'image' || block.type === 'document')
}

/** How pictures and documents are sent. */
export interface Showing {
  readonly pictures?: Pictured
  readonly refuses?: ModelInfo['refuses']
}

/** One block of a message as it is sent. */
export function blocksOfContent(content: Content, showing: Showing): readonly JsonObject[] {
  switch (content.type) {
    case 'text':
      return [{ type: 'text', text: content.name === undefined ? content.text : attachedText(content.name, content.text) }]
    case 'image':
      return content.name === undefined
        ? [pictureBlock(content, showing)]
        : [{ type: 'text', text: `Picture ${JSON.stringify(content.name)}:` }, pictureBlock(content, showing)]
    case 'document':
      return [documentBlock(content, showing)]
    default:
      return fail('bad_input', `a message from a person cannot hold a ${content.type} block`)
  }
}

/** Where it comes from is said by the app, and what nobody would see of it is shown. */
function attachedText(name: string, text: string): string {
  return `<attached name=${JSON.stringify(name)}>\n${withHiddenShown(text)}\n</attached>`
}

/** A picture as a block, or words in its place where it cannot be shown. */
export function pictureBlock({ blob, mediaType, name = '' }: ImageContent, { pictures, refuses }: Showing): JsonObject {
  if (refuses?.includes('image')) return words(`[The picture ${name} is not shown: this model takes none.]`)
  const data = pictures?.get(blob)
  return data === undefined
    ? words(`[The picture ${name} is not shown: its content is not in this browser any more.]`)
    : { type: 'image', source: { type: 'base64', media_type: mediaType, data } }
}

function documentBlock({ blob, mediaType, name }: DocumentContent, { pictures, refuses }: Showing): JsonObject {
  if (refuses?.includes('document')) return words(`[The document ${name} is not shown: this model takes none.]`)
  const data = pictures?.get(blob)
  return data === undefined
    ? words(`[The document ${name} is not shown: its content is not in this browser any more.]`)
    : { type: 'document', source: { type: 'base64', media_type: mediaType, data }, title: name }
}

const words = (text: string): JsonObject => ({ type: 'text', text })

/** A square of so many points is one token. Source: harness.md F15. */
const POINTS = 28
/** No picture is more. */
const MOST_TOKENS = 4_784
/** A page is its text and a picture of it. */
const PAGE_TOKENS = 3_000

/** How many tokens a picture or a document takes, before anybody counted them. */
export function tokensShown(block: Content): number {
  if (block.type === 'document') return Math.max(1, block.pages) * PAGE_TOKENS
  if (block.type !== 'image') return 0
  const { width = 0, height = 0 } = block
  return width * height === 0 ? MOST_TOKENS : Math.min(MOST_TOKENS, Math.ceil(width / POINTS) * Math.ceil(height / POINTS))
}

const DATA = /"data":"[A-Za-z0-9+/=]{200,}"/g

/** How long a stored message is for a reader: bytes of a picture are not letters, and count as what a model takes them for. */
export function lengthSaid(text: string, charsPerToken: number): number {
  if (!text.includes('"type":"base64"')) return text.length
  return text.replaceAll(DATA, '').length + (text.match(DATA)?.length ?? 0) * MOST_TOKENS * charsPerToken
}

/** One line for what has no words of its own, where people and models read the past. */
export function nameOfBlock(block: Content): string {
  if (block.type === 'text') return `[${block.name ?? 'text'}]`
  if (block.type === 'image') return `[picture${block.name === undefined ? '' : ` ${block.name}`}]`
  if (block.type === 'document') return `[document ${block.name}]`
  return `[${block.type}]`
}
