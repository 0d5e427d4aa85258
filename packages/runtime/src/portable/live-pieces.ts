import type { BlobHash, FileEntry } from '@tabwright/protocol'
import type { LivePiece } from './live-piece'
import { plainEntry } from './manifest-schema'
import type { SettledImage } from './live-cut'

/** What those who follow have. */
export interface SentImage {
  readonly title: string
  readonly facts: readonly string[]
  /** The last of these facts is another one later. */
  readonly isOpen: boolean
  readonly contents: ReadonlySet<BlobHash>
  readonly files: string
}

/** What they need to have all of an image, and what they have then. */
export interface NextPieces {
  readonly pieces: readonly LivePiece[]
  readonly sent: SentImage
}

/** Bytes of a piece before it is packed, at which the next one begins. The relay takes 4 MiB. */
const PIECE_BYTES = 1024 * 1024
/** A content larger than this is not followed: those who follow are told that it was not shared. */
const MOST_CONTENT = 3 * 1024 * 1024

/**
 * @param sent undefined: nobody has anything
 * @returns `anew`: what was sent is not what it would be today, because more is known to be secret, or the past is another one
 */
export function piecesAfter(sent: SentImage | undefined, image: SettledImage): NextPieces | 'anew' {
  const contents = new Map([...image.contents].filter(([, bytes]) => bytes.length <= MOST_CONTENT))
  const kept = sent ? sent.facts.length - (sent.isOpen ? 1 : 0) : 0
  const isSame = !sent || sent.facts.slice(0, kept).every((fact, n) => fact === image.facts[n])
  if (!isSame || [...(sent?.contents ?? [])].some((hash) => !contents.has(hash))) return 'anew'
  const files = JSON.stringify(image.files.map(plainEntry))
  const next: SentImage = { title: image.title, facts: image.facts, isOpen: image.isOpen, contents: new Set(contents.keys()), files }
  const isFact = image.facts.length !== sent?.facts.length || image.facts.slice(kept).some((fact, n) => fact !== sent.facts[kept + n])
  if (!isFact && sent.title === image.title && sent.files === files && contents.size === sent.contents.size)
    return { pieces: [], sent: next }
  const fresh = new Map([...contents].filter(([hash]) => sent?.contents.has(hash) !== true))
  const parts = cut(image.facts.slice(kept), fresh)
  const { session, title, createdAt } = image
  const pieces = parts.map((part, n): LivePiece => {
    const isPart = n < parts.length - 1
    const listed: { files?: readonly FileEntry[] } = !isPart && sent?.files !== files ? { files: image.files } : {}
    return { session, title, createdAt, from: kept + 1 + part.at, facts: part.facts, contents: part.contents, isPart, ...listed }
  })
  return { pieces, sent: next }
}

interface Part {
  /** How many facts came in the parts before. */
  readonly at: number
  readonly facts: string[]
  readonly contents: Map<BlobHash, Uint8Array>
}

/** Contents first, so that what is shown has what it names. */
function cut(facts: readonly string[], contents: ReadonlyMap<BlobHash, Uint8Array>): readonly Part[] {
  let part: Part = { at: 0, facts: [], contents: new Map() }
  const parts = [part]
  let size = 0
  const room = (bytes: number, at: number): void => {
    if (size > 0 && size + bytes > PIECE_BYTES) {
      part = { at, facts: [], contents: new Map() }
      parts.push(part)
      size = 0
    }
    size += bytes
  }
  for (const [hash, bytes] of contents) {
    room(bytes.length, 0)
    part.contents.set(hash, bytes)
  }
  for (const [n, fact] of facts.entries()) {
    room(fact.length, n)
    part.facts.push(fact)
  }
  return parts
}
