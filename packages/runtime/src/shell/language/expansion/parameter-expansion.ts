import { assertNever } from '@tabwright/protocol'
import type { ParameterExpansionPart, ParameterOperation, Word } from 'unbash'
import { indexIn, subscriptOf } from '../arithmetic/evaluate'
import type { Runner } from '../runner'
import { FatalError, ShellError } from '../shell-error'
import { entriesOf, lastIndex } from '../state/variable'
import { emit, type Into, type Mode } from './emit'
import { joiner, parameter, type Found, type Index } from './parameters'
import { caseChanged, removed, replaced, type Replacement } from './patterns'
import type { Pieces } from './pieces'
import { slicedList, slicedText } from './slices'
import { assignmentWritten, elementWritten, promptText, transformed } from './transform'
import { checked } from './unbound'
import { wordsOf } from './word-text'
import { doubleQuoted, keyQuoted, singleQuoted } from './quote'

/** What a parameter's operators need of the expansion of words. */
export interface Expander {
  readonly runner: Runner
  text(word: Word): Promise<string>
  pattern(word: Word): Promise<string>
  compute(text: string): Promise<bigint>
  quotedText(text: string): Promise<string>
  pieces(word: Word, mode: Mode): Promise<Pieces>
}

const NAME = /^[A-Za-z_]\w*$/
const PARAMETER = /^(?:[A-Za-z_]\w*|\d+|[@*#?$!_-])$/

/** `${!:-x}` is about `$!`, and `~` changes the case of letters. */
function plainPart(part: ParameterExpansionPart): ParameterExpansionPart {
  if (part.parameter === '' && part.prefix === '!') return { ...part, parameter: '!', prefix: undefined }
  const toggle = part.operation?.type === 'Unknown' ? /^(~~?)(.*)$/s.exec(part.operation.operator) : null
  if (toggle === null || part.operation === undefined) return part
  const [, operator = '', pattern = ''] = toggle
  const operand = pattern === '' ? undefined : wordsOf(pattern)[0]
  return {
    ...part,
    operation: {
      pos: part.operation.pos,
      end: part.operation.end,
      operatorEnd: part.operation.operatorEnd,
      type: 'CaseModification',
      operator: operator === '~~' ? '^^' : '^',
      operand,
    },
    text: TOGGLE,
  }
}

/** Marks a case modification that turns each letter around. */
const TOGGLE = '~'

/** What is expanded: its name and element. */
interface Subject {
  readonly name: string
  readonly index: Index
  /** As it is told in messages. */
  readonly told: string
}

/** Expands `${…}`. @throws ShellError */
export async function expandParameter(expander: Expander, given: ParameterExpansionPart, into: Into): Promise<void> {
  const { runner } = expander
  const part = plainPart(given)
  const isCounted = part.parameter === '#' && part.operation?.type === 'CaseModification'
  if (!PARAMETER.test(part.parameter) || part.operation?.type === 'Unknown' || isCounted)
    throw new ShellError(`${part.text}: bad substitution`)
  const { operation } = part
  if (operation?.type === 'Names') return emit(runner, names(runner, part.parameter, operation.operator === '*'), into)
  const own = await subjectOf(expander, part)
  if (part.prefix === '!' && own.index?.type === 'all') return emit(runner, keys(runner, own), into)
  const subject = part.prefix === '!' ? indirect(runner, own) : own
  if (subject === undefined) return emit(runner, { type: 'one', text: runner.state.vars.direct(own.name)?.text }, into)
  const isBefore = part.prefix !== '#' && isBeforeFirst(runner, subject)
  if (isBefore) await runner.complain(`${subject.name}: bad array subscript`)
  const found: Found = isBefore ? { type: 'one', text: undefined } : parameter(runner, subject.name, subject.index)
  if (isBefore && operation === undefined) return emit(runner, { type: 'one', text: '' }, into)
  if (part.prefix === '#' && subject.index?.type === 'all' && runner.state.has('nounset') && isBare(runner, subject.name))
    throw new (runner.state.has('errexit') ? FatalError : ShellError)(`${subject.name}: unbound variable`)
  if (part.prefix === '#') return emit(runner, { type: 'one', text: lengthOf(checked(runner, found, subject.told)) }, into)
  if (operation === undefined) return emit(runner, checked(runner, found, subject.told), into)
  if (operation.type === 'Default') return expandDefault(expander, operation, { found, subject, into })
  return emit(
    runner,
    await operated(expander, operation, { found: checked(runner, found, subject.told), subject, isToggle: part.text === TOGGLE }),
    into,
  )
}

/** An index below that of the first element: bash complains and goes on as if nothing were there. */
function isBeforeFirst(runner: Runner, { name, index }: Subject): boolean {
  if (index?.type !== 'index' || index.index >= 0) return false
  const value = runner.state.vars.get(name)?.value
  return value?.type === 'list' ? lastIndex(value.items) + 1 + index.index < 0 : value?.type !== 'table'
}

async function subjectOf(expander: Expander, part: ParameterExpansionPart): Promise<Subject> {
  const name = part.parameter
  return { name, index: await indexOf(expander, name, part.index), told: part.index === undefined ? name : `${name}[${part.index.text}]` }
}

async function indexOf(expander: Expander, name: string, index: Word | undefined): Promise<Index> {
  if (index === undefined) return undefined
  if (index.text === '@' || index.text === '*') return { type: 'all', star: index.text === '*' }
  const { state } = expander.runner
  if (state.vars.get(name)?.value.type === 'table') return { type: 'key', key: await expander.text(index) }
  return { type: 'index', index: indexIn(state, await expander.quotedText(index.text)) }
}

/** What the value of a variable names; undefined for a reference, of which the name itself is asked. */
function indirect(runner: Runner, own: Subject): Subject | undefined {
  const direct = runner.state.vars.direct(own.name)
  if (direct?.attributes.nameref && own.index === undefined) return undefined
  const value = parameter(runner, own.name, own.index)
  const to = value.type === 'one' ? value.text : value.texts.join(' ')
  if (to === undefined || to === '') throw new ShellError(`${own.told}: invalid indirect expansion`)
  const element = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(to)
  if (element?.[1] !== undefined && element[2] !== undefined) {
    const [, name, text] = element
    const index: Index = text === '@' || text === '*' ? { type: 'all', star: text === '*' } : subscriptOf(runner.state, name, text)
    return { name, index, told: to }
  }
  if (!PARAMETER.test(to)) throw new ShellError(`${to}: invalid variable name`)
  return { name: to, index: undefined, told: to }
}

function names(runner: Runner, prefix: string, star: boolean): Found {
  const { vars } = runner.state
  return { type: 'many', texts: vars.names.filter((name) => name.startsWith(prefix) && vars.direct(name) !== undefined), star }
}

function keys(runner: Runner, subject: Subject): Found {
  const value = runner.state.vars.get(subject.name)?.value
  const texts = value === undefined ? [] : entriesOf(value).map(([key]) => key)
  return { type: 'many', texts, star: subject.index?.type === 'all' && subject.index.star }
}

function lengthOf(found: Found): string {
  if (found.type === 'many') return String(found.texts.length)
  const text = found.text ?? ''
  return String(/[\uD800-\uDBFF]/.test(text) ? [...text].length : text.length)
}

/** Never given a value, not even an empty list. */
function isBare(runner: Runner, name: string): boolean {
  const variable = runner.state.vars.get(name)
  return variable === undefined || variable.isBare
}

interface Operand {
  readonly found: Found
  readonly subject: Subject
  /** The case of each letter is turned around. */
  readonly isToggle?: boolean
}

async function expandDefault(
  expander: Expander,
  operation: Extract<ParameterOperation, { type: 'Default' }>,
  on: Operand & { readonly into: Into },
): Promise<void> {
  const { runner } = expander
  const { found, subject, into } = on
  const isColon = operation.operator.startsWith(':')
  const isMissing = isColon ? isNull(runner, found) : isUnset(found)
  const kind = operation.operator.replace(':', '')
  if (kind === '+') {
    if (!isMissing) await expandOperand(expander, operation.operand, into)
    else if (into.mode.quoted && found.type === 'one') into.pieces.add('', true)
    else into.pieces.sawNothing = true
    return
  }
  if (!isMissing) return emit(runner, found, into)
  if (kind === '-') return expandOperand(expander, operation.operand, into)
  const text = await expander.text(operation.operand)
  if (kind === '?') {
    const why = text === '' && operation.operand.text === '' ? (isColon ? 'parameter null or not set' : 'parameter not set') : text
    throw new FatalError(`${subject.told}: ${why}`, 127)
  }
  assign(runner, subject, text)
  return emit(runner, parameter(runner, subject.name, subject.index), into)
}

function isUnset(found: Found): boolean {
  if (found.type === 'many') return found.texts.length === 0
  return found.text === undefined
}

function isNull(runner: Runner, found: Found): boolean {
  if (found.type === 'many') return found.texts.join(found.star ? joiner(runner) : ' ') === ''
  return (found.text ?? '') === ''
}

async function expandOperand(expander: Expander, operand: Word, into: Into): Promise<void> {
  const { quoted, joined } = into.mode
  const made = await expander.pieces(operand, { quoted, joined, splits: !quoted && !joined })
  for (const [i, row] of made.rows.entries()) {
    if (i > 0) into.pieces.break()
    for (const piece of row) into.pieces.add(piece.text, piece.quoted, piece.splits)
  }
  if (quoted && made.count === 0) into.pieces.add('', true)
}

function assign(runner: Runner, subject: Subject, text: string): void {
  const { vars } = runner.state
  if (!NAME.test(subject.name)) throw new ShellError(`$${subject.name}: cannot assign in this way`)
  const { index } = subject
  if (index === undefined) vars.assign(subject.name, text)
  else if (index.type === 'all') throw new ShellError(`${subject.told}: bad array subscript`)
  else vars.assignElement(subject.name, index, { text })
}

type Operated = Exclude<ParameterOperation, { type: 'Default' | 'Names' | 'Unknown' }>

async function operated(
  expander: Expander,
  operation: Exclude<ParameterOperation, { type: 'Default' | 'Names' }>,
  on: Operand,
): Promise<Found> {
  if (operation.type === 'Unknown') throw new ShellError(`${on.subject.told}: bad substitution`)
  if (operation.type === 'Slice') return sliced(expander, operation, on)
  if (operation.type === 'Transform') return transform(expander, await expander.text(operation.operand), on)
  const change = await changeOf(expander, operation, on.isToggle ?? false)
  const { found } = on
  if (found.type === 'many') return { ...found, texts: found.texts.map(change) }
  return { type: 'one', text: found.text === undefined ? undefined : change(found.text) }
}

async function changeOf(
  expander: Expander,
  operation: Exclude<Operated, { type: 'Slice' | 'Transform' }>,
  isToggle: boolean,
): Promise<(text: string) => string> {
  const { shopt } = expander.runner.state
  const extglob = shopt.has('extglob')
  switch (operation.type) {
    case 'Remove': {
      const pattern = await expander.pattern(operation.operand)
      return (text) => removed(text, operation.operator, { pattern, extglob })
    }
    case 'Replace': {
      const pattern = await expander.pattern(operation.pattern)
      const replacement = await replacementOf(expander, operation.replacement)
      const nocase = shopt.has('nocasematch')
      return (text) => replaced(text, { operator: operation.operator, pattern, extglob, replacement, nocase })
    }
    case 'CaseModification': {
      const pattern = operation.operand === undefined ? '' : await expander.pattern(operation.operand)
      return (text) => caseChanged(text, isToggle ? (operation.operator === '^' ? '~' : '~~') : operation.operator, { pattern, extglob })
    }
    default:
      return assertNever(operation)
  }
}

/** An unquoted `&` stands for what was matched. */
async function replacementOf(expander: Expander, word: Word): Promise<Replacement> {
  const pieces = await expander.pieces(word, { quoted: false, splits: false, joined: true })
  const row = pieces.rows.flatMap((one, i) => (i === 0 ? one : [{ text: ' ', quoted: true, splits: false }, ...one]))
  if (!expander.runner.state.shopt.has('patsub_replacement')) return [{ type: 'text', text: row.map((piece) => piece.text).join('') }]
  return row.flatMap((piece): Replacement => {
    if (piece.quoted || !/[&\\]/.test(piece.text)) return [{ type: 'text', text: piece.text }]
    return piece.text
      .split(/(&|\\[\\&])/)
      .map((text) =>
        text === '&' ? { type: 'match' as const } : { type: 'text' as const, text: /^\\[\\&]$/.test(text) ? text.slice(1) : text },
      )
  })
}

async function sliced(expander: Expander, operation: Extract<Operated, { type: 'Slice' }>, on: Operand): Promise<Found> {
  const { runner } = expander
  const offset = Number(await expander.compute(operation.offset.text))
  const length = operation.length === undefined ? undefined : Number(await expander.compute(operation.length.text))
  const { found, subject } = on
  if (found.type === 'one') return { type: 'one', text: found.text === undefined ? undefined : slicedText(found.text, offset, length) }
  if (subject.index === undefined) {
    const all: [number, string][] = [runner.state.scriptName, ...runner.state.positional].map((text, i) => [i, text])
    return { ...found, texts: slicedList(all, { offset, length, top: all.length }) }
  }
  const value = runner.state.vars.get(subject.name)?.value
  const entries: [number, string][] =
    value === undefined
      ? []
      : entriesOf(value).map(([key, text], i) => [value.type === 'list' ? Number(key) : value.type === 'table' ? i + 1 : i, text])
  return {
    ...found,
    texts: slicedList(entries, { offset, length, top: (entries.at(-1)?.[0] ?? -1) + 1 }),
  }
}

async function transform(expander: Expander, letter: string, on: Operand): Promise<Found> {
  const { runner } = expander
  const { found, subject } = on
  const variable = runner.state.vars.get(subject.name)
  if (letter === 'a') {
    const letters = variable?.letters ?? ''
    return found.type === 'many' ? { ...found, texts: found.texts.map(() => letters) } : { type: 'one', text: letters }
  }
  if (letter === 'A') return writtenAssignment(runner, on)
  if (letter === 'P') {
    const prompt = (text: string): Promise<string> => expander.quotedText(promptText(runner, text))
    if (found.type === 'many') return { ...found, texts: await Promise.all(found.texts.map(prompt)) }
    return { type: 'one', text: found.text === undefined ? undefined : await prompt(found.text) }
  }
  if ((letter === 'K' || letter === 'k') && subject.index?.type === 'all' && variable !== undefined) {
    const entries = entriesOf(variable.value)
    if (letter === 'k') return { ...subject.index, type: 'many', texts: entries.flat() }
    const written = entries
      .map(([key, text]) => `${variable.value.type === 'table' ? keyQuoted(key) : key} ${doubleQuoted(text)}`)
      .join(' ')
    return { type: 'one', text: variable.value.type === 'table' && written !== '' ? `${written} ` : written }
  }
  const change = (text: string): string => {
    const made = transformed(text, letter)
    if (made === undefined) throw new ShellError(`\${${subject.told}@${letter}}: bad substitution`)
    return made
  }
  if (found.type === 'many') return { ...found, texts: found.texts.map(change) }
  return { type: 'one', text: found.text === undefined ? undefined : change(found.text) }
}

/** What bash writes of a whole list is one text that it splits at the blanks it put there itself, where `IFS` has one. */
function assignmentWords(runner: Runner, [command = '', option = '', ...rest]: readonly string[], star: boolean): Found {
  const separators = runner.state.vars.text('IFS') ?? ' '
  if (star) return { type: 'one', text: `${command} ${option} ${rest.join(separators.slice(0, 1))}` }
  if (separators === '' || separators.includes(' ')) return { type: 'many', texts: [command, option, ...rest], star }
  const [first = '', ...others] = rest
  return { type: 'many', texts: [`${command} ${option} ${first}`, ...others], star }
}

function writtenAssignment(runner: Runner, { found, subject }: Operand): Found {
  if (subject.index === undefined && found.type === 'many') {
    const quoted = found.texts.map(singleQuoted)
    return quoted.length === 0 ? { type: 'one', text: '' } : assignmentWords(runner, ['set', '--', ...quoted], found.star)
  }
  const variable = runner.state.vars.get(subject.name)
  if (variable === undefined) return { type: 'one', text: undefined }
  if (found.type === 'many') {
    const text = assignmentWritten(subject.name, variable)
    const [, letters = '', rest = ''] = /^declare (-\S+) (.*)$/s.exec(text) ?? []
    return variable.value.type === 'text' ? { type: 'one', text } : assignmentWords(runner, ['declare', letters, rest], found.star)
  }
  return { type: 'one', text: elementWritten(subject.name, variable, found.text) }
}

/** An element of an array assignment such as `[k]=v`, as source text; undefined for one without a subscript. */
export function elementParts(
  word: Word,
): { readonly subscript: string; readonly append: boolean; readonly value: Word | undefined } | undefined {
  if (!word.text.startsWith('[')) return undefined
  const end = subscriptEnd(word.text)
  const match = end < 0 ? null : /^(\+?)=/.exec(word.text.slice(end + 1))
  if (match === null) return undefined
  const value = word.text.slice(end + 1 + match[0].length)
  return { subscript: word.text.slice(1, end), append: match[1] === '+', value: wordsOf(value)[0] }
}

/** Where the bracket that opens a word is closed, quotes and expansions skipped. */
function subscriptEnd(text: string): number {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\\') at += 1
    else if (character === "'" || character === '"') {
      const close = text.indexOf(character, at + 1)
      if (close < 0) return -1
      at = close
    } else if ('[({'.includes(character)) depth += 1
    else if ('])}'.includes(character)) {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return -1
}
