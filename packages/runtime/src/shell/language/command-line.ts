import { forEachChild, parse, type Command, type Redirection, type SyntaxNode, type Word, type WordPart } from 'unbash'
import { MOST_COMMANDS, MOST_NESTED, MOST_TEXT, type CommandLine, type Redirect, type SimpleCommand } from '../../core/gate/command-line'
import { nestedErrors } from './nested-errors'

/** Characters that nobody sees, or that change how their neighbours look: what was read is not what is there. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\p{Cf}]|(?![\n\t])\p{Cc}/u

/**
 * Reads a command line with the parser that the shell runs it by, and says what it would start. Clear are programs with plain words, quoted or
 * not, and file names by `*`, `?` and `[…]`, joined by `;`, `&&`, `||`, `|` and line ends. Everything else may do more than its words say.
 */
export function readCommandLine(text: string): CommandLine {
  if (text.length > MOST_TEXT)
    return { commands: [], limit: `${text.length} characters is too long to be judged; ${MOST_TEXT} is the limit` }
  const nested = text.match(/[$<>]\(/g)?.length ?? 0
  if (nested > MOST_NESTED) return { commands: [], limit: `${nested} commands inside words cannot be judged; ${MOST_NESTED} is the limit` }
  try {
    const read = readParsed(text)
    const many = read.commands.length
    return many > MOST_COMMANDS ? { ...read, limit: `${many} commands cannot be judged; ${MOST_COMMANDS} is the limit` } : read
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { commands: [], limit: 'parts this deep inside each other cannot be judged' }
  }
}

function readParsed(text: string): CommandLine {
  const script = parse(text)
  const error = script.errors?.[0] ?? nestedErrors(script)
  const commands: SimpleCommand[] = []
  const own = new Set<SyntaxNode>()
  const loose: string[] = []
  let unclear: string | undefined
  if (error !== undefined) unclear = 'the shell cannot read it'
  else if (UNSEEN.test(text)) unclear = 'it holds characters that cannot be seen'
  else if (text.includes('\\\n')) unclear = 'a line of it goes on in the next'
  const visit = (node: SyntaxNode): void => {
    unclear ??= obscures(node)
    if (node.type === 'Command') {
      commands.push(simpleOf(node))
      const targets = node.redirects.map((redirect) => (redirect.type === 'Redirect' ? redirect.target : undefined))
      for (const word of [node.name, ...node.args, ...targets]) if (word) own.add(word)
    } else if (node.type === 'Word' && !own.has(node)) {
      const word = wordOf(node)
      if (word !== null && word !== '') loose.push(word)
    }
    forEachChild(node, visit)
  }
  visit(script)
  if (commands.length === 0) unclear ??= 'it names no program'
  return { commands, ...(loose.length > 0 && { loose }), ...(unclear !== undefined && { unclear }) }
}

const JOINS: ReadonlySet<SyntaxNode['type']> = new Set([
  'Script',
  'Statement',
  'Pipeline',
  'AndOr',
  'Command',
  'Redirect',
  'FileDescriptor',
])
const PLAIN: ReadonlySet<SyntaxNode['type']> = new Set([
  'Word',
  'Literal',
  'SingleQuoted',
  'DoubleQuoted',
  'AnsiCQuoted',
  'Glob',
  'Negation',
])

const WHY: Partial<Record<SyntaxNode['type'], string>> = {
  CommandExpansion: 'it takes words from what another command says',
  ProcessSubstitution: 'it starts a command inside a word',
  SimpleExpansion: 'the value of a variable is known only when it runs',
  ParameterExpansion: 'the value of a variable is known only when it runs',
  ArithmeticExpansion: 'a word of it is worked out when it runs',
  BraceExpansion: 'a word of it stands for several',
  ExtendedGlob: 'a word of it stands for several',
  Assignment: 'it sets a variable',
  Function: 'it defines a function',
  HereDoc: 'it feeds text to a command',
  HereString: 'it feeds text to a command',
  Subshell: 'it runs commands in a shell of their own',
}

/** Why a part of a line may do more than its words say; undefined where it does not. */
function obscures(node: SyntaxNode): string | undefined {
  if (node.type === 'Statement' && node.background === true) return 'it goes on in the background'
  if (node.type === 'Command' && node.name === undefined) return 'it names no program'
  if (node.type === 'Word' && node.text.startsWith('~')) return 'the value of ~ is known only when it runs'
  if (node.type === 'Redirect' && (node.target === undefined || wordOf(node.target) === null))
    return 'where it writes is known only when it runs'
  if (JOINS.has(node.type) || PLAIN.has(node.type)) return undefined
  return WHY[node.type] ?? 'it is more than a list of commands'
}

function simpleOf(command: Command): SimpleCommand {
  const words = [...(command.name ? [command.name] : []), ...command.args]
  return {
    argv: words.map((word) => (word.type === 'Word' ? wordOf(word) : word.text)),
    redirects: command.redirects.flatMap(redirectOf),
  }
}

/** Descriptors that are copied or closed (`2>&1`) open nothing. */
function redirectOf(redirect: Redirection): readonly Redirect[] {
  if (redirect.type !== 'Redirect' || redirect.target === undefined) return []
  const path = wordOf(redirect.target)
  if (path === null || (redirect.operator.endsWith('&') && /^(?:\d+|-|\d+-)$/.test(path))) return []
  return [{ path, writes: redirect.operator !== '<' && redirect.operator !== '<&' }]
}

/** A word as the program gets it; null when it is known only while the line runs. */
function wordOf({ text, value, parts }: Word): string | null {
  if (text.startsWith('~')) return null
  if (parts === undefined) return value
  let whole = ''
  for (const part of parts) {
    const piece = pieceOf(part)
    if (piece === null) return null
    whole += piece
  }
  return whole
}

function pieceOf(part: WordPart): string | null {
  if (part.type === 'Literal' || part.type === 'SingleQuoted' || part.type === 'AnsiCQuoted') return part.value
  if (part.type !== 'DoubleQuoted') return null
  return part.parts.every((child) => child.type === 'Literal')
    ? part.parts.map((child) => (child.type === 'Literal' ? child.value : '')).join('')
    : null
}
