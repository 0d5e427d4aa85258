import { DIRECTORY_LIMITS, fail, joinBytes, READ_ANSWER, type DirectoryEntry, type ReadAnswer } from '@tabwright/protocol'
import { bytesOf } from './base64'
import { tooLarge } from './draft-entries'
import { ask, type CallDirectory } from './directory'

/** A content with the state of the file that it is of, or why there is none. */
type Content = { readonly bytes: Uint8Array; readonly stamp: string } | { readonly problem: string }

/** What came of a file so far. */
interface Coming {
  readonly stamp: string
  readonly parts: Uint8Array[]
  size: number
}

/** Asked for in one call; an answer holds fewer where they are large. */
const AT_ONCE = 500
/** A file that is written on and on. */
const MOST_TRIES = 3

/** Contents of files of the directory; a large one comes in parts, and anew where it changed between them. */
export async function readContents(
  call: CallDirectory,
  entries: readonly DirectoryEntry[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Content>> {
  const reading = new Reading()
  let left = entries.map(({ path }) => path)
  while (left.length > 0) {
    const items = left.slice(0, AT_ONCE).map((path) => ({ path, offset: reading.offset(path) }))
    const { parts } = await ask(call, 'read', { data: { items }, answer: READ_ANSWER, signal })
    const asked = new Set(items.map(({ path }) => path))
    // Each once: what was not asked for, or comes again, is no answer.
    const answers = parts.filter(({ path }) => asked.delete(path))
    if (answers.length === 0) fail('unexpected', 'The directory gave no contents that were asked for. Nothing was taken.')
    for (const part of answers) reading.take(part)
    left = left.filter((path) => !reading.done.has(path))
  }
  return reading.done
}

type Part = ReadAnswer['parts'][number]

/** Puts parts together. */
class Reading {
  readonly done = new Map<string, Content>()
  readonly #coming = new Map<string, Coming>()
  readonly #tries = new Map<string, number>()
  /** Of all that came. */
  #bytes = 0

  offset(path: string): number {
    return this.#coming.get(path)?.size ?? 0
  }

  take(part: Part): void {
    const { path } = part
    if ('problem' in part) return void this.done.set(path, { problem: part.problem })
    if (part.size > DIRECTORY_LIMITS.file) return void this.done.set(path, { problem: tooLarge(path) })
    const before = this.#coming.get(path)
    if (before !== undefined && before.stamp !== part.stamp) return this.#anew(path)
    const one = before ?? { stamp: part.stamp, parts: [], size: 0 }
    const bytes = bytesOf(part.bytes)
    one.parts.push(bytes)
    one.size += bytes.length
    this.#bytes += bytes.length
    if (this.#bytes > DIRECTORY_LIMITS.bytes)
      fail('too_large', 'The directory gave more bytes than can be kept in step. Nothing was taken.')
    if (one.size >= part.size || bytes.length === 0) this.done.set(path, { bytes: joinBytes(one.parts), stamp: one.stamp })
    else this.#coming.set(path, one)
  }

  #anew(path: string): void {
    this.#coming.delete(path)
    const tries = (this.#tries.get(path) ?? 0) + 1
    this.#tries.set(path, tries)
    if (tries >= MOST_TRIES) this.done.set(path, { problem: `${path} changes all the time; it was not read.` })
  }
}
