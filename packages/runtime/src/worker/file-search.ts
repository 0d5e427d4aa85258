import type { FileHits, FileSearchEnd, FileSearchWish, LineHit, Workspace } from '@tabwright/protocol'
import { compileExpression } from '../io/expression-re2'
import { findLines, type FoundLines } from '../tools/find-lines'
import { filesBelow } from '../tools/paths'
import { utf8 } from './text-utf8'

/** Lines that a search gives, and of one file: more are not read by a person. */
const MOST_LINES = 2000
const MOST_OF_A_FILE = 200
/** Files that a search names. */
const MOST_FILES = 500
/** Characters of a line that are shown before the word, for a column is narrow, and in all. */
const BEFORE = 12
const SHOWN = 240
/** Hits are told in bundles, and messages are heard between them: a search that nobody wants any more ends there. */
const TOLD_MS = 50

/** What a search is told while it runs. */
export type Told = (found: readonly FileHits[]) => void

/** One person looks for one thing at a time: a new search ends the one before it, and an empty one looks for nothing. */
export interface FileSearch {
  /** @throws FailureError `aborted` when another began, `bad_input` for what is no expression */
  find(wish: FileSearchWish, told: Told): Promise<FileSearchEnd>
}

/** Looks through the workspace as `grep` of the agent does: the same files, the same expressions. */
export function createFileSearch(workspace: () => Promise<Pick<Workspace, 'list' | 'read'>>): FileSearch {
  let newest = new AbortController()
  return {
    find: async (wish, told) => {
      newest.abort()
      const { signal } = (newest = new AbortController())
      if (wish.text === '') return NOTHING
      const files = await workspace()
      const matcher = await matcherOf(wish)
      const paths = filesBelow(files, undefined).flatMap(({ path, mode }) => (mode === 'symlink' ? [] : [path]))
      const breath = breathing()
      const read = async (path: string): Promise<Uint8Array> => {
        await breath()
        return files.read(path)
      }
      return gather(findLines({ paths, files: { read }, text: utf8, signal }, matcher.matches), matcher, told)
    },
  }
}

const NOTHING: FileSearchEnd = { lines: 0, files: 0, isCut: false }

/** Lets messages in now and then: without it a search of contents that are in memory would be deaf to the one that ends it. */
function breathing(): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < TOLD_MS) return
    await new Promise((resolve) => setTimeout(resolve))
    since = performance.now()
  }
}

async function gather(found: AsyncIterable<FoundLines>, matcher: Matcher, told: Told): Promise<FileSearchEnd> {
  let end = NOTHING
  let waiting: FileHits[] = []
  let since = performance.now()
  for await (const { path, lines } of found) {
    const room = Math.min(MOST_OF_A_FILE, MOST_LINES - end.lines)
    waiting.push({ path, hits: lines.slice(0, room).map((one) => hitOf(one, matcher)) })
    end = { lines: end.lines + Math.min(room, lines.length), files: end.files + 1, isCut: end.isCut || lines.length > room }
    if (end.lines >= MOST_LINES || end.files >= MOST_FILES) {
      end = { ...end, isCut: true }
      break
    }
    if (performance.now() - since < TOLD_MS) continue
    told(waiting)
    waiting = []
    since = performance.now()
  }
  if (waiting.length > 0) told(waiting)
  return end
}

/** Of a long line the part around what was found. */
function hitOf({ line, text }: FoundLines['lines'][number], { at }: Matcher): LineHit {
  const mark = at(text)
  if (mark === undefined) return { line, text: text.slice(0, SHOWN) }
  const indent = text.length - text.trimStart().length
  const from = Math.max(Math.min(indent, mark.from), mark.from - BEFORE)
  const to = Math.min(text.length, from + SHOWN)
  const cut = from > indent ? '…' : ''
  return {
    line,
    text: `${cut}${text.slice(from, to)}`,
    mark: { from: mark.from - from + cut.length, to: Math.min(mark.to, to) - from + cut.length },
  }
}

interface Matcher {
  matches(line: string): boolean
  /** Where in the line, where that is known. */
  at(line: string): { readonly from: number; readonly to: number } | undefined
}

async function matcherOf({ text, isExpression, isExact }: FileSearchWish): Promise<Matcher> {
  if (isExpression) {
    const matches = await compileExpression(text, { ignoreCase: !isExact })
    return { matches, at: () => undefined }
  }
  const wanted = isExact ? text : text.toLowerCase()
  const indexIn = (line: string): number => (isExact ? line : line.toLowerCase()).indexOf(wanted)
  return {
    matches: (line) => indexIn(line) >= 0,
    at: (line) => {
      // A letter whose small form is longer moves what stands behind it: then only the line is known.
      if (!isExact && line.toLowerCase().length !== line.length) return undefined
      const from = indexIn(line)
      return { from, to: from + wanted.length }
    },
  }
}
