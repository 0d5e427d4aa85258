import { canonicalJson, fail, FailureError, type BlobHash, type FileEntry, type SessionEvent } from '@tabwright/protocol'
import { parseStrict } from '../core/parse-strict'
import { hashBytes, hashText } from '../io/hash-noble'
import { chainReader } from '../io/stored-chain'
import type { LivePiece } from './live-piece'
import { sharedOf, type SharedSession } from './shared'

/** A session as far as its pieces have come, each checked as for an import. */
export interface LiveImage {
  /** @returns the session as it is now; undefined while more of the same moment is to come. @throws FailureError with one sentence */
  add(piece: LivePiece): SharedSession | undefined
}

/** A file of a workspace, or of what is shared of it, has a bound elsewhere; this one is for all of them together. */
const MOST_BYTES = 100 * 1024 * 1024

/** What is followed from its first piece on. */
export function liveImage(): LiveImage {
  const contents = new Map<BlobHash, Uint8Array>()
  let events: readonly SessionEvent[] = []
  let files: readonly FileEntry[] = []
  let size = 0
  return {
    add(piece) {
      for (const [name, bytes] of piece.contents) {
        if (hashBytes(bytes) !== name) broken()
        if (!contents.has(name)) size += bytes.length
        contents.set(name, bytes)
      }
      size += piece.facts.reduce((all, fact) => all + fact.length, 0)
      if (size > MOST_BYTES) fail('too_large', 'This session has become too large to be followed here. Ask for a copy of it.')
      const kept = events.slice(0, piece.from - 1)
      events = [...kept, ...readFacts(piece, kept)]
      files = piece.files ?? files
      return piece.isPart ? undefined : sharedOf({ title: piece.title, events, files, contents })
    },
  }
}

function readFacts({ facts, from, session }: LivePiece, before: readonly SessionEvent[]): readonly SessionEvent[] {
  if (before.length !== from - 1) return broken()
  const chain = chainReader(from, hashText)
  try {
    const read = facts.map((line) => {
      const raw = parseStrict(line)
      return canonicalJson(raw) === line ? chain.next(raw) : broken()
    })
    const [first, last] = [read[0], before.at(-1)]
    if (first && last && first.prev !== last.hash) return broken()
    return read.some((event) => event.session !== session) ? broken() : read
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === 'newer')
      return fail('newer', 'This session is shared by a newer version of Tabwright than the one that shows it here.')
    if (error instanceof FailureError) return broken()
    throw error
  }
}

function broken(): never {
  return fail(
    'damaged',
    'What came of this session does not fit together, so nothing more of it is shown. Load the page again from the link.',
  )
}
