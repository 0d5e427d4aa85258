import { ATTACHABLE, DOCUMENT_BYTES, DOCUMENT_PAGES, fail, pictureType, TEXT_CHARS, toBase64, type Attachment } from '@tabwright/protocol'
import { latin } from '../core/gate/latin'
import { shownPicture } from '../io/picture-canvas'
import { textOf } from '../workspace/bytes'

/** Larger files are not even read. */
const MOST_BYTES = 60_000_000
const MAX_NAME = 120

/**
 * A file that a person attaches to a message: what it is by its content, whatever its name says.
 * @throws FailureError `bad_input` for a kind that cannot be attached, `too_large`, each with a sentence that says what can be done
 */
export async function readAttachment(file: Blob, name: string): Promise<Attachment> {
  const called = plainName(name)
  if (file.size > MOST_BYTES)
    return fail('too_large', `${called} has ${megabytes(file.size)}; attachments are read up to ${megabytes(MOST_BYTES)}.`)
  const bytes = new Uint8Array(await file.arrayBuffer())
  if (bytes.length === 0) return fail('bad_input', `${called} is empty.`)
  if (pictureType(bytes) !== undefined) {
    const { bytes: plain, mediaType, width = 0, height = 0 } = await shownPicture(bytes, called)
    return { type: 'image', name: called, mediaType, width, height, data: toBase64(plain) }
  }
  if (latin(bytes.subarray(0, 5)) === '%PDF-') return document(bytes, called)
  const text = textOf(bytes)
  if (text === undefined) return fail('bad_input', `${called} cannot be attached. What can: ${ATTACHABLE}.`)
  if (text.length > TEXT_CHARS)
    return fail(
      'too_large',
      `${called} has ${text.length} characters; a message takes ${TEXT_CHARS}. Import it as a file of the workspace and name it with @.`,
    )
  return { type: 'text', name: called, text }
}

async function document(bytes: Uint8Array, name: string): Promise<Attachment> {
  if (bytes.length > DOCUMENT_BYTES)
    return fail('too_large', `${name} has ${megabytes(bytes.length)}; a document may have ${megabytes(DOCUMENT_BYTES)}.`)
  const { pages, isLocked } = await pagesOf(bytes)
  if (isLocked) return fail('bad_input', `${name} is locked with a password, so no model can read it. Save it without one and attach that.`)
  if (pages > DOCUMENT_PAGES)
    return fail('too_large', `${name} has ${pages} pages; a document may have ${DOCUMENT_PAGES}. Attach the pages that matter.`)
  return { type: 'document', name, mediaType: 'application/pdf', data: toBase64(bytes), pages: Math.max(1, pages) }
}

const PAGE = /\/Type\s*\/Page(?![A-Za-z])/g
/** Where objects are packed together, pages among them. */
const PACKED = /\/Type\s*\/ObjStm[^]*?stream\r?\n/g
/** What all packed objects of a document may unpack to. */
const MOST_UNPACKED = 50_000_000

/** How many pages it has, as far as that can be counted without a reader of the format. */
async function pagesOf(bytes: Uint8Array): Promise<{ readonly pages: number; readonly isLocked: boolean }> {
  const text = latin(bytes)
  let pages = text.match(PAGE)?.length ?? 0
  let room = MOST_UNPACKED
  for (const match of text.matchAll(PACKED)) {
    const from = match.index + match[0].length
    const to = text.indexOf('endstream', from)
    const objects = to === -1 ? undefined : await inflated(bytes.subarray(from, to), room)
    room -= objects?.length ?? 0
    pages += objects?.match(PAGE)?.length ?? 0
  }
  return { pages, isLocked: /\/Encrypt\s+\d+ \d+ R/.test(text) }
}

/** Undefined for what is packed in another way, or is too much. */
async function inflated(packed: Uint8Array, room: number): Promise<string | undefined> {
  const reader = new Blob([packed.slice()]).stream().pipeThrough(new DecompressionStream('deflate')).getReader()
  let text = ''
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += latin(part.value)
      if (text.length > room) break
    }
  } catch (error) {
    // Line ends behind the packed bytes are no part of them; what came before is whole.
    if (!(error instanceof TypeError)) throw error
  }
  await reader.cancel().catch(() => undefined)
  return text === '' ? undefined : text
}

/** One line, and not too long: it is shown, sent and spoken. */
function plainName(name: string): string {
  const line = name.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim() || 'attachment'
  return line.length > MAX_NAME ? `${line.slice(0, MAX_NAME)}…` : line
}

const megabytes = (size: number): string => `${Math.ceil(size / 100_000) / 10} MB`
