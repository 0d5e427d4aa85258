import { forEachChild, parse, type ParsedScript, type Statement, type SyntaxNode } from 'unbash'
import { nestedErrors } from './nested-errors'
import { Source } from './source'
import type { TextRun } from './runner'

/** What is wrong with a script, in bash's words without the shell's name. */
export interface SyntaxFault {
  readonly message: string
  /** Where it was found. */
  readonly at: number
}

/** A script that was read. */
export interface Parsed {
  readonly source: Source
  readonly script: ParsedScript
  /** Commands that run before the fault is told: those of lines before it. */
  readonly statements: readonly Statement[]
  readonly fault: SyntaxFault | undefined
}

const cache = new Map<string, Parsed>()
const CACHED = 200

/** Reads a script. The same text is read once. */
export function parseText(run: TextRun): Parsed {
  const key = `${run.name}\0${run.first ?? 1}\0${run.text}`
  const known = cache.get(key)
  if (known !== undefined) return known
  const source = new Source(run.text, run.name, run.first)
  const script = parse(run.text)
  const error = script.errors?.[0] ?? nestedErrors(script)
  const fault = error === undefined ? undefined : { message: wordsFor(run.text, error), at: error.pos }
  const statements =
    fault === undefined ? script.commands : wholeBefore(script, source, { at: fault.at, isOpen: !error?.message.startsWith('unexpected') })
  const parsed: Parsed = { source, script, statements, fault }
  if (cache.size >= CACHED) cache.clear()
  cache.set(key, parsed)
  return parsed
}

const globs = new WeakMap<ParsedScript, readonly number[]>()

/** Where groups such as `@(a|b)` stand that only `extglob` makes words; those of `[[ … ]]` and `${…}` need no option. */
export function extendedGlobs({ script, source }: Parsed): readonly number[] {
  const known = globs.get(script)
  if (known !== undefined) return known
  const found: number[] = []
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'ExtendedGlob') found.push(node.pos)
    if (node.type !== 'TestCommand' && node.type !== 'ParameterExpansion') forEachChild(node, visit)
  }
  if (/[?*+@!]\(/.test(source.text)) visit(script)
  globs.set(script, found)
  return found
}

/** Commands of lines before the fault; one that was not closed is none. */
function wholeBefore(script: ParsedScript, source: Source, fault: { readonly at: number; readonly isOpen: boolean }): readonly Statement[] {
  const before = script.commands.filter((statement) => statement.pos <= fault.at)
  const whole = fault.isOpen ? before.slice(0, -1) : before
  const line = source.line(fault.isOpen ? (before.at(-1)?.pos ?? fault.at) : fault.at)
  return whole.filter((statement) => source.line(statement.end) < line)
}

/** The line of a fault as bash counts it: an end that comes too early is told one line later. */
export function faultLine({ source, fault }: Parsed): number {
  if (fault === undefined) return 0
  if (!fault.message.includes('unexpected end of file')) return source.line(fault.at)
  return source.line(source.text.length) + (source.text.endsWith('\n') ? 0 : 1)
}

const QUOTES: Readonly<Record<string, string>> = {
  'double quote': '"',
  'single quote': "'",
  'command substitution': ')',
  'parameter expansion': '}',
  'arithmetic expansion': ')',
  'arithmetic command': ')',
  backtick: '`',
  'backtick command substitution': '`',
  'extended glob': ')',
}

function wordsFor(text: string, error: { readonly message: string; readonly pos: number }): string {
  const open = /^unterminated (.+)$/.exec(error.message)
  if (open?.[1] !== undefined) {
    const closer = QUOTES[open[1]] ?? (open[1].includes('single') ? "'" : open[1].includes('double') ? '"' : ')')
    return `unexpected EOF while looking for matching \`${closer}'`
  }
  const named = /^unexpected token '([\s\S]+)'$/.exec(error.message)
  if (named?.[1] !== undefined) return `syntax error near unexpected token \`${named[1]}'`
  const token = tokenAt(text, error.pos)
  return token === undefined ? 'syntax error: unexpected end of file' : `syntax error near unexpected token \`${token}'`
}

const TOKEN = /\s*(?:#[^\n]*)?(;;&|;;|;&|&&|\|\||\|&|&>>|&>|<<<|<<-|<<|>>|<&|>&|<>|>\||[;&|()<>\n]|[^\s;&|()<>]+)/y

function tokenAt(text: string, at: number): string | undefined {
  const isAfterNewline = text.slice(at).trim() === ''
  if (isAfterNewline) return undefined
  TOKEN.lastIndex = at
  const token = TOKEN.exec(text)?.[1]
  return token === '\n' ? 'newline' : token
}
