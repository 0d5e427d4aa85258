import { isOpen } from './open-command'
import type { KeyName, TerminalKey } from './terminal-keys'

/** The command line being typed. Offsets are UTF-16 units and never stand inside a grapheme. */
export interface Line {
  readonly text: string
  readonly cursor: number
  /** Older commands, oldest first. */
  readonly history: readonly string[]
  /** Where in the history the person is; its length when at the line being typed. */
  readonly at: number
  /** The typed line while the person looks through the history. */
  readonly draft: string
  /** What was cut last, for Ctrl-Y. */
  readonly cut: string
}

/** What the terminal has to do beyond drawing the line. */
export type LineEffect =
  | { readonly type: 'run'; readonly text: string }
  | { readonly type: 'interrupt' }
  | { readonly type: 'complete' }
  | { readonly type: 'searchBack' }
  /** Ctrl-D on an empty line. */
  | { readonly type: 'leave' }
  | { readonly type: 'clearScreen' }

export interface LineStep {
  readonly line: Line
  readonly effect?: LineEffect
}

export const EMPTY_LINE: Line = { text: '', cursor: 0, history: [], at: 0, draft: '', cut: '' }

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

const only = (line: Line): LineStep => ({ line })

const EDITS: Readonly<Record<KeyName, (line: Line) => LineStep>> = {
  enter: (line) => enter(line),
  backspace: (line) => only(remove(line, before(line), line.cursor)),
  delete: (line) => only(remove(line, line.cursor, after(line))),
  left: (line) => only({ ...line, cursor: before(line) }),
  right: (line) => only({ ...line, cursor: after(line) }),
  wordLeft: (line) => only({ ...line, cursor: wordStart(line) }),
  wordRight: (line) => only({ ...line, cursor: wordEnd(line) }),
  up: (line) => only(look(line, line.at - 1)),
  down: (line) => only(look(line, line.at + 1)),
  home: (line) => only({ ...line, cursor: rowStart(line) }),
  end: (line) => only({ ...line, cursor: rowEnd(line) }),
  killToEnd: (line) => only(kill(line, line.cursor, rowEnd(line))),
  killToStart: (line) => only(kill(line, rowStart(line), line.cursor)),
  killWord: (line) => only(kill(line, blankBefore(line), line.cursor)),
  killWordAfter: (line) => only(kill(line, line.cursor, wordEnd(line))),
  yank: (line) => only(insert(line, line.cut)),
  clearScreen: (line) => ({ line, effect: { type: 'clearScreen' } }),
  interrupt: (line) => ({ line: fresh(line), effect: { type: 'interrupt' } }),
  complete: (line) => ({ line, effect: { type: 'complete' } }),
  searchBack: (line) => ({ line, effect: { type: 'searchBack' } }),
  transpose: (line) => only(transpose(line)),
  cancel: (line) => only(line),
  endOfInput: (line) => (line.text === '' ? { line, effect: { type: 'leave' } } : only(remove(line, line.cursor, after(line)))),
}

/** The line after a key. Pure. */
export function nextLine(line: Line, key: TerminalKey): LineStep {
  return key.type === 'text' || key.type === 'paste' ? only(insert(line, key.text)) : EDITS[key.type](line)
}

/** An empty line with the same history. */
export const fresh = (line: Line): Line => ({ ...line, text: '', cursor: 0, at: line.history.length, draft: '' })

/** The line with text at the cursor. */
export function insert(line: Line, text: string): Line {
  return { ...line, text: line.text.slice(0, line.cursor) + text + line.text.slice(line.cursor), cursor: line.cursor + text.length }
}

function remove(line: Line, from: number, to: number): Line {
  return { ...line, text: line.text.slice(0, from) + line.text.slice(to), cursor: from }
}

function kill(line: Line, from: number, to: number): Line {
  return from === to ? line : { ...remove(line, from, to), cut: line.text.slice(from, to) }
}

/** An unfinished command waits for its next line. */
function enter(line: Line): LineStep {
  if (isOpen(line.text)) return only(insert({ ...line, cursor: line.text.length }, '\n'))
  return { line: fresh(line), effect: { type: 'run', text: line.text } }
}

/** Ctrl-T: the character before the cursor changes places with the one at it. */
function transpose(line: Line): Line {
  const cursor = after(line)
  const middle = line.cursor === cursor ? before(line) : line.cursor
  const start = before({ ...line, cursor: middle })
  if (start === middle) return line
  const [first, second] = [line.text.slice(start, middle), line.text.slice(middle, cursor)]
  return { ...line, text: line.text.slice(0, start) + second + first + line.text.slice(cursor), cursor }
}

function look(line: Line, to: number): Line {
  if (to < 0 || to > line.history.length) return line
  const draft = line.at === line.history.length ? line.text : line.draft
  const text = to === line.history.length ? draft : (line.history[to] ?? '')
  return { ...line, at: to, draft, text, cursor: text.length }
}

function before(line: Line): number {
  let last = 0
  for (const { index } of graphemes.segment(line.text.slice(0, line.cursor))) last = index
  return last
}

function after(line: Line): number {
  const [next] = graphemes.segment(line.text.slice(line.cursor))
  return line.cursor + (next?.segment.length ?? 0)
}

const rowStart = (line: Line): number => line.text.lastIndexOf('\n', line.cursor - 1) + 1

function rowEnd(line: Line): number {
  const end = line.text.indexOf('\n', line.cursor)
  return end === -1 ? line.text.length : end
}

/** The start of the word before the cursor; words are letters and digits. */
function wordStart(line: Line): number {
  const part = line.text.slice(0, line.cursor)
  return part.length - (/[\p{L}\p{N}]*[^\p{L}\p{N}]*$/u.exec(part)?.[0].length ?? 0)
}

function wordEnd(line: Line): number {
  return line.cursor + (/^[^\p{L}\p{N}]*[\p{L}\p{N}]*/u.exec(line.text.slice(line.cursor))?.[0].length ?? 0)
}

/** The start of what Ctrl-W takes: back to the blank, so a whole path goes. */
function blankBefore(line: Line): number {
  const part = line.text.slice(0, line.cursor)
  return part.length - (/\S*\s*$/u.exec(part)?.[0].length ?? 0)
}
