import { blobHash, fail, isJsonObject, parseJson, sessionId, type BlobHash, type FileEntry, type SessionId } from '@tabwright/protocol'
import { SESSION_LIMITS } from './archive-limits'
import { readArchive } from './archive-read'
import { writeArchive, type ArchiveEntry } from './archive-write'
import { FILES_SCHEMA, plainEntry } from './manifest-schema'

/** What came to a session that is followed since the piece before. */
export interface LivePiece {
  readonly session: SessionId
  readonly title: string
  readonly createdAt: number
  /** Number of the first of these facts: what stood there and after it is gone. */
  readonly from: number
  readonly facts: readonly string[]
  /** Undefined: as before. */
  readonly files?: readonly FileEntry[] | undefined
  readonly contents: ReadonlyMap<BlobHash, Uint8Array>
  /** More of the same moment comes in the next piece; until then nothing of it is shown. */
  readonly isPart: boolean
}

const HEAD = 'live.json'
const FACTS = 'events.jsonl'
const BLOB = /^blobs\/([0-9a-f]{64})$/

/** A piece as bytes. */
export function packPiece({ facts, contents, files, ...head }: LivePiece): Promise<Uint8Array<ArrayBuffer>> {
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
  const entries: ArchiveEntry[] = [
    { name: HEAD, bytes: utf8(JSON.stringify({ ...head, ...(files && { files: files.map(plainEntry) }) })) },
    { name: FACTS, bytes: utf8(facts.map((fact) => `${fact}\n`).join('')) },
  ]
  for (const [hash, bytes] of contents) entries.push({ name: `blobs/${hash}`, bytes })
  return writeArchive(entries)
}

/** @throws FailureError `bad_input`, `too_large` for what is no piece */
export function unpackPiece(bytes: Uint8Array): LivePiece {
  const contents = new Map<BlobHash, Uint8Array>()
  let head: string | undefined
  let facts = ''
  for (const [name, content] of readArchive(bytes, SESSION_LIMITS)) {
    const hash = BLOB.exec(name)?.[1]
    if (hash !== undefined) contents.set(blobHash(hash), content)
    else if (name === HEAD) head = textOf(content)
    else if (name === FACTS) facts = textOf(content)
    else return wrong()
  }
  return { ...headOf(head ?? wrong()), facts: facts === '' ? [] : facts.slice(0, -1).split('\n'), contents }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return wrong()
    throw error
  }
}

function headOf(text: string): Omit<LivePiece, 'facts' | 'contents'> {
  const json = parseJson(text)
  const { session, title, createdAt, from, isPart, files } = isJsonObject(json) ? json : {}
  const isText = typeof session === 'string' && typeof title === 'string'
  if (!isText || typeof createdAt !== 'number' || typeof from !== 'number' || typeof isPart !== 'boolean') return wrong()
  if (!Number.isSafeInteger(from) || from < 1) return wrong()
  const head = { session: sessionId(session), title, createdAt, from, isPart }
  if (files === undefined) return head
  const listed = FILES_SCHEMA.safeParse(files)
  return listed.success ? { ...head, files: listed.data } : wrong()
}

function wrong(): never {
  return fail('bad_input', 'What came from this address is no shared session. Nothing of it is shown.')
}
