import { assertNever } from '@tabwright/protocol'
import type { Word, WordPart } from 'unbash'
import { evaluate } from '../arithmetic/evaluate'
import { globQuoted, isGlob } from '../glob'
import type { Runner } from '../runner'
import { ShellError } from '../shell-error'
import { ansiText } from './ansi'
import { emit, type Into, type Mode } from './emit'
import { parameter } from './parameters'
import { expandParameter, type Expander } from './parameter-expansion'
import { pathsMatching } from './pathnames'
import { Pieces, splitRows, textOfRow, type Piece } from './pieces'
import { tildeExpanded } from './tilde'
import { checked } from './unbound'
import { bracesOf, documentParts, mended, quotedPartsOf } from './word-text'

const FIELDS: Mode = { quoted: false, splits: false, joined: false }
const JOINED: Mode = { quoted: false, splits: false, joined: true }
/** Of an assignment: tildes also stand after colons. */
const VALUE: Mode = { quoted: false, splits: false, joined: true }
const QUOTED: Mode = { quoted: true, splits: false, joined: true }

/** After so many words the kernel is asked whether to go on. */
const TICK_WORDS = 1024

/** The words that one word becomes. */
export async function expandWord(runner: Runner, word: Word): Promise<readonly string[]> {
  if (word.parts === undefined && !word.text.includes('\\') && !word.text.startsWith('~')) return [word.text]
  const out: string[] = []
  const words = runner.state.has('braceexpand') ? bracesOf(word, () => runner.system.tick()) : [word]
  // Joined one by one here and below: there may be more words than a call takes arguments.
  for (const one of words) {
    for (const field of await fieldsOf(runner, one)) {
      for (const name of named(runner, field)) out.push(name)
      if (out.length % TICK_WORDS === 0) runner.system.tick()
    }
  }
  return out
}

/** Words in order. */
export async function expandWords(runner: Runner, words: readonly Word[]): Promise<string[]> {
  const out: string[] = []
  for (const word of mended(words)) {
    if (word.parts === undefined && !word.text.includes('\\') && !word.text.startsWith('~')) out.push(word.text)
    else for (const one of await expandWord(runner, word)) out.push(one)
  }
  return out
}

async function fieldsOf(runner: Runner, word: Word): Promise<readonly (readonly Piece[])[]> {
  const pieces = await piecesOf(runner, word, FIELDS)
  return splitRows(pieces.rows, runner.state.vars.text('IFS') ?? ' \t\n', () => runner.system.tick())
}

/** The paths that a field names when it is a glob, else its text. */
function named(runner: Runner, field: readonly Piece[]): readonly string[] {
  const { state } = runner
  const plain = textOfRow(field)
  if (state.has('noglob') || !/[*?[(]/.test(plain)) return [plain]
  const pattern = patternOf(field)
  if (!isGlob(pattern, state.shopt.has('extglob'))) return [plain]
  const paths = pathsMatching(runner, pattern)
  if (paths.length > 0) return paths
  if (state.shopt.has('failglob')) throw new ShellError(`no match: ${plain}`)
  return state.shopt.has('nullglob') ? [] : [plain]
}

function patternOf(row: readonly Piece[]): string {
  return row.map((piece) => (piece.quoted ? globQuoted(piece.text) : piece.text)).join('')
}

/** A word as one text: no splitting, no globs. */
export async function expandText(runner: Runner, word: Word): Promise<string> {
  if (word.parts === undefined && !word.text.includes('\\') && !word.text.startsWith('~')) return word.text
  return joinedText(await piecesOf(runner, word, JOINED))
}

/** The value of an assignment: tildes also stand after colons. */
export async function expandValue(runner: Runner, word: Word): Promise<string> {
  if (word.parts === undefined && !/[\\~]/.test(word.text)) return word.text
  return joinedText(await piecesOf(runner, word, VALUE))
}

/** A word as a glob in which what was quoted is escaped. */
export async function expandPattern(runner: Runner, word: Word): Promise<string> {
  const pieces = await piecesOf(runner, word, JOINED)
  return pieces.rows.map(patternOf).join(' ')
}

/** Pieces of a word that becomes one text. */
export function expandPieces(runner: Runner, word: Word): Promise<Pieces> {
  return piecesOf(runner, word, JOINED)
}

/** Text as in double quotes, in which a double quote is nothing special: here-documents, arithmetic, prompts. */
export async function expandQuoted(runner: Runner, parts: readonly WordPart[]): Promise<string> {
  const pieces = new Pieces()
  await expandParts(runner, documentParts(parts), { pieces, mode: QUOTED })
  return joinedText(pieces)
}

/** The same for text that is not parsed yet. */
export async function expandQuotedText(runner: Runner, text: string): Promise<string> {
  return /[$`\\]/.test(text) ? expandQuoted(runner, quotedPartsOf(text)) : text
}

/** Computes an expression after its expansions. @throws ShellError */
export async function compute(runner: Runner, text: string): Promise<bigint> {
  return evaluate(runner.state, await expandQuotedText(runner, text))
}

function joinedText(pieces: Pieces): string {
  const [only] = pieces.rows
  if (pieces.rows.length === 1 && only !== undefined) return textOfRow(only)
  return pieces.rows.map(textOfRow).join(' ')
}

const expanders = new WeakMap<Runner, Expander>()

function expanderOf(runner: Runner): Expander {
  const known = expanders.get(runner)
  if (known !== undefined) return known
  const made: Expander = {
    runner,
    text: (word) => expandText(runner, word),
    pattern: (word) => expandPattern(runner, word),
    compute: (text) => compute(runner, text),
    quotedText: (text) => expandQuotedText(runner, text),
    pieces: (word, mode) => piecesOf(runner, word, mode),
  }
  expanders.set(runner, made)
  return made
}

async function piecesOf(runner: Runner, word: Word, mode: Mode): Promise<Pieces> {
  const pieces = new Pieces()
  const parts: readonly WordPart[] = word.parts ?? [{ type: 'Literal', pos: word.pos, end: word.end, text: word.text, value: word.value }]
  await expandParts(runner, parts, { pieces, mode, isValue: mode === VALUE, isStart: true })
  return pieces
}

/** Expands parts of a word. */
async function expandParts(runner: Runner, parts: readonly WordPart[], into: Into): Promise<void> {
  let isFirst = into.isStart ?? false
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]
    if (part === undefined) continue
    if (part.type === 'Literal') addLiteral(runner, part, { ...into, isStart: isFirst, isWhole: i === parts.length - 1 })
    else await expandPart(runner, part, into)
    isFirst = false
  }
}

function addLiteral(runner: Runner, part: Extract<WordPart, { type: 'Literal' }>, into: Into & { readonly isWhole: boolean }): void {
  const { pieces, mode } = into
  if (mode.quoted) {
    pieces.add(part.value, true)
    return
  }
  let { text } = part
  if (text.includes('~') && (into.isStart || into.isValue)) {
    const tilde = tildeExpanded(runner, text, { isValue: into.isValue ?? false, isStart: into.isStart ?? false, isWhole: into.isWhole })
    for (const done of tilde.done) pieces.add(done.text, done.quoted)
    text = tilde.rest
  }
  addUnquoted(pieces, text, mode.splits)
}

function addUnquoted(pieces: Pieces, text: string, splits: boolean): void {
  let plain = ''
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character !== '\\' || at + 1 >= text.length) {
      plain += character
      continue
    }
    if (plain !== '') pieces.add(plain, false, splits)
    plain = ''
    at += 1
    const code = text.codePointAt(at) ?? 0
    const escaped = String.fromCodePoint(code)
    at += escaped.length - 1
    if (escaped !== '\n') pieces.add(escaped, true)
  }
  if (plain !== '') pieces.add(plain, false, splits)
}

async function expandPart(runner: Runner, part: Exclude<WordPart, { type: 'Literal' }>, into: Into): Promise<void> {
  const { pieces, mode } = into
  switch (part.type) {
    case 'SingleQuoted':
      pieces.add(part.value, true)
      return
    case 'AnsiCQuoted':
      pieces.add(ansiText(part.text.slice(2, -1)), true)
      return
    case 'DoubleQuoted':
    case 'LocaleString':
      return expandDoubleQuoted(runner, part.parts, into)
    case 'SimpleExpansion':
      return expandSimple(runner, part.text, into)
    case 'ParameterExpansion':
      return expandParameter(expanderOf(runner), part, into)
    case 'CommandExpansion':
      pieces.add(part.script === undefined ? '' : await runner.capture(part.script, part.text), mode.quoted, !mode.quoted)
      return
    case 'ArithmeticExpansion': {
      const body = part.text.startsWith('$[') ? part.text.slice(2, -1) : part.text.slice(3, -2)
      pieces.add(String(await compute(runner, body)), mode.quoted, !mode.quoted)
      return
    }
    case 'ProcessSubstitution':
      if (part.script !== undefined) pieces.add(runner.substituteProcess(part.script, part.operator), true)
      return
    case 'Glob':
      if (part.kind !== 'bracket') pieces.add(part.text, mode.quoted, mode.splits)
      else await expandEnclosed(runner, part.parts, { ...into, open: '[', close: ']' })
      return
    case 'ExtendedGlob':
      // Where it is off, bash does not even read such a word.
      if (mode === FIELDS && !runner.state.shopt.has('extglob') && !runner.state.has('noglob'))
        throw new ShellError(`syntax error near unexpected token \`('`, 2)
      await expandEnclosed(runner, part.parts ?? literal(part.pattern), { ...into, open: `${part.operator}(`, close: ')' })
      return
    case 'BraceExpansion':
      // Braces that are not expanded here (assignments, `[[`): text and what is in it.
      if (part.parts === undefined) pieces.add(part.text, mode.quoted, mode.splits)
      else await expandEnclosed(runner, part.parts, { ...into, open: '{', close: '}' })
      return
    default:
      return assertNever(part)
  }
}

/** `$name`; of other parameters a fault tells the `$` too. */
function expandSimple(runner: Runner, text: string, into: Into): void {
  const name = text.slice(1)
  emit(runner, checked(runner, parameter(runner, name), /^[A-Za-z_]/.test(name) ? name : text), into)
}

function literal(text: string): readonly WordPart[] {
  return [{ type: 'Literal', pos: 0, end: 0, text, value: text }]
}

async function expandEnclosed(
  runner: Runner,
  parts: readonly WordPart[],
  into: Into & { readonly open: string; readonly close: string },
): Promise<void> {
  into.pieces.add(into.open, into.mode.quoted)
  await expandParts(runner, parts, { pieces: into.pieces, mode: into.mode })
  into.pieces.add(into.close, into.mode.quoted)
}

async function expandDoubleQuoted(runner: Runner, parts: readonly WordPart[], into: Into): Promise<void> {
  const { pieces } = into
  const before = pieces.count
  const saw = pieces.sawNothing
  pieces.sawNothing = false
  await expandParts(runner, parts, { pieces, mode: { quoted: true, splits: false, joined: into.mode.joined } })
  if (pieces.count === before && !pieces.sawNothing) pieces.add('', true)
  pieces.sawNothing = saw
}
