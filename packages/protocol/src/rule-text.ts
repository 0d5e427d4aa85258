import { canonicalJson, type Json } from './json'
import type { RuleEffect, RulePattern } from './permission'

/** Tools that a rule can name. `fetch` is every request to the network. */
export const RULE_TOOLS = [
  'shell',
  'read_file',
  'write_file',
  'edit_file',
  'list_files',
  'glob',
  'grep',
  'diagnostics',
  'preview',
  'read_session',
  'ask_person',
  'search_tools',
  'web_fetch',
  'web_search',
  'task',
  'todo',
  'fetch',
] as const

/** Functions of other workers: one by its name, such as `orders::refund`, all that begin alike (`orders::*`), or all (`*::*`). */
const FUNCTION = /^(?:\*::\*|(?:[a-z0-9_-]+)?(?:::[a-z0-9_-]+)*::(?:\*|[a-z0-9_-]+))/

/** Whether a rule's name for a tool stands for this one. */
export function fitsTool(wanted: string, tool: string): boolean {
  if (!wanted.endsWith('::*')) return wanted === tool
  return wanted === '*::*' ? tool.includes('::') : tool.startsWith(wanted.slice(0, -1))
}

/** Tools whose rules can name paths: each call is about one file. */
const PATH_TOOLS: ReadonlySet<string> = new Set(['read_file', 'write_file', 'edit_file'])

/** Longer rules nobody reads. */
const MOST_TEXT = 2000
const ROOT = '/workspace/'
const ACTS = 'beyond reading'
/** Behind the origin of requests that git makes with a token that the relay keeps. */
const BY_GIT = ', by git with the token kept for it'

/** A rule as a person reads it, such as `shell(npm run *)`. What {@link parseRule} reads back, but for exact calls: they are too long to be read. */
export function ruleText({ pattern }: { readonly pattern: RulePattern }): string {
  return pattern.type === 'bytes' ? `${pattern.tool}(this exact call)` : printRule(pattern)
}

/** A pattern as it is typed: `parseRule(printRule(pattern))` is the same pattern. */
export function printRule(pattern: RulePattern): string {
  switch (pattern.type) {
    case 'tool':
      return pattern.tool
    case 'acts':
      return `${pattern.tool}(${ACTS})`
    case 'bytes':
      return `${pattern.tool}(${pattern.bytes})`
    case 'host':
    case 'path':
      return `${pattern.tool}(${pattern.type === 'host' ? pattern.host : pattern.path})`
    case 'argv':
      return `${pattern.tool}(${printWords(pattern.argv)}${pattern.exact ? '' : ' *'})${printFolder(pattern.cwd)}`
    case 'commands':
      // A list of one is told from a command by its separator.
      return `${pattern.tool}(${pattern.commands.map(printWords).join('; ')}${pattern.commands.length === 1 ? ';' : ''})${printFolder(pattern.cwd)}`
  }
}

function printFolder(cwd: string | undefined): string {
  return cwd === undefined ? '' : ` in ${cwd}`
}

function printWords(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./^-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(' ')
}

/** What a text says, or one sentence about what is wrong with it. */
export type ParsedRule = { readonly pattern: RulePattern } | { readonly wrong: string }

/** Reads `Tool` or `Tool(pattern)`. Never throws. */
export function parseRule(text: string): ParsedRule {
  const whole = text.trim()
  if (whole === '') return wrong('A rule names a tool, such as read_file or shell(npm test).')
  const tool = FUNCTION.exec(whole)?.[0] ?? /^[a-z_]*/.exec(whole)?.[0] ?? ''
  const isFunction = tool.includes('::')
  if (!isFunction && !RULE_TOOLS.some((known) => known === tool))
    return wrong(
      `There is no tool '${/^[^(\s]*/.exec(whole)?.[0] ?? ''}'. There are: ${RULE_TOOLS.join(', ')}; and functions of other programs, such as orders::refund or orders::*.`,
    )
  const rest = whole.slice(tool.length)
  const open = rest.startsWith('(') ? '(' : ''
  if (rest === '') return { pattern: { type: 'tool', tool } }
  if (open === '') return wrong(`What a rule says of ${tool} stands in brackets: ${tool}(…).`)
  const end = rest.lastIndexOf(')')
  if (end === -1) return wrong('The closing bracket is missing.')
  return inBrackets(tool, { inside: rest.slice(1, end), behind: rest.slice(end + 1) })
}

const wrong = (sentence: string): { readonly wrong: string } => ({ wrong: sentence })

interface Brackets {
  readonly inside: string
  readonly behind: string
}

function inBrackets(tool: string, { inside, behind }: Brackets): ParsedRule {
  const exact = inside.startsWith('{') ? exactCall(tool, inside) : undefined
  if (exact === undefined && inside.length + behind.length > MOST_TEXT)
    return wrong(`A rule of more than ${MOST_TEXT} characters is read by nobody.`)
  if (exact === undefined && tool === 'shell' && inside !== ACTS) return commandRule(inside, behind)
  if (behind.trim() !== '')
    return wrong(`'${behind.trim()}' stands behind the closing bracket; only a rule for shell can name a folder there.`)
  if (exact !== undefined) return exact
  if (inside.trim() === '') return wrong(`The brackets are empty; for every call write ${tool} alone.`)
  if (inside === ACTS) return { pattern: { type: 'acts', tool } }
  if (tool === 'fetch') return hostRule(inside.trim())
  if (PATH_TOOLS.has(tool)) return pathRule(tool, inside)
  if (tool.includes('::')) return wrong(`Behind a function stands nothing, or an exact input: ${tool}({"id":7}).`)
  return wrong(`A rule for ${tool} has no pattern; write ${tool} alone.`)
}

function exactCall(tool: string, inside: string): ParsedRule {
  try {
    const input: Json = JSON.parse(inside)
    return { pattern: { type: 'bytes', tool, bytes: canonicalJson(input) } }
  } catch (error) {
    if (error instanceof SyntaxError) return wrong('What begins with { is an exact call, and this is no JSON.')
    throw error
  }
}

/** Whether a rule with this effect makes sense; one sentence where it does not. */
export function wrongWith(pattern: RulePattern, effect: RuleEffect): string | undefined {
  return pattern.type === 'acts' && effect === 'allow'
    ? `${printRule(pattern)} can ask or deny; to allow everything, write ${pattern.tool}.`
    : undefined
}

function commandRule(inside: string, behind: string): ParsedRule {
  const [, folder] = /^ in (\/\S*)$/.exec(behind.trimEnd()) ?? []
  if (behind.trim() !== '' && folder === undefined)
    return wrong(`'${behind.trim()}' stands behind the closing bracket; a folder is written as “in /workspace/app”.`)
  if (folder !== undefined && /\/\.{1,2}(\/|$)|\/\/|.\/$/.test(folder))
    return wrong(`The folder ${folder} is to be written without . and .. and without a slash at its end.`)
  const read = readWords(inside)
  if ('wrong' in read) return read
  const where = folder === undefined ? {} : { cwd: folder }
  const { commands, isPrefix, isList } = read
  const [argv] = commands
  if (argv === undefined || argv.length === 0) return wrong('The brackets name no command; for every command write shell alone.')
  if (isList) return { pattern: { type: 'commands', tool: 'shell', commands, ...where } }
  return { pattern: { type: 'argv', tool: 'shell', argv, exact: !isPrefix, ...where } }
}

interface Words {
  readonly commands: readonly (readonly string[])[]
  readonly isPrefix: boolean
  readonly isList: boolean
}

/** A word as a shell takes it, and blanks or a `;` behind it. */
const WORD = /(?:'[^']*'|"(?:[^"\\$`]|\\["\\$`])*"|\\[^\n]|[^\s'"\\;&|<>()$`*?[\]{}#!~])+|[;*]/y

function readWords(text: string): Words | { readonly wrong: string } {
  const commands: string[][] = [[]]
  let isPrefix = false
  let isList = false
  for (let at = text.search(/\S|$/); at < text.length;) {
    WORD.lastIndex = at
    const [raw] = WORD.exec(text) ?? []
    if (raw === undefined)
      return wrong(
        `'${text.slice(at, at + 1)}' is not a plain word: a rule holds words, in quotes where they have special characters, and nothing else. Make a rule for each command.`,
      )
    at += raw.length
    const gap = /^\s*/.exec(text.slice(at))?.[0] ?? ''
    if (isPrefix) return wrong('The * for “and whatever follows” stands at the end, once.')
    if (raw === '*') isPrefix = true
    else if (raw === ';') {
      commands.push([])
      isList = true
    } else commands.at(-1)?.push(unquoted(raw))
    if (raw !== ';' && gap === '' && at < text.length && text[at] !== ';')
      return wrong(`'${text.slice(at, at + 1)}' is not a plain word: put the whole word in quotes where it has special characters.`)
    at += gap.length
  }
  if (isList && commands.at(-1)?.length === 0) commands.pop()
  if (isPrefix && isList) return wrong('A rule for several commands holds their exact words; make a rule for the one with *.')
  if (commands.some((words) => words.length === 0))
    return wrong(
      isPrefix
        ? 'Before the * stands a command; for every command write shell alone.'
        : 'The brackets name no command; for every command write shell alone.',
    )
  return { commands, isPrefix, isList }
}

function unquoted(raw: string): string {
  const parts = raw.matchAll(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^'"\\]+)/gs)
  return Array.from(parts, ([, single, double, one, plain]) => single ?? double?.replaceAll(/\\(.)/gs, '$1') ?? one ?? plain ?? '').join('')
}

function pathRule(tool: string, inside: string): ParsedRule {
  const path = inside.startsWith(ROOT) ? inside.slice(ROOT.length) : inside.replace(/^\.\//, '')
  const segments = path.replace(/^\//, '').split('/')
  if (path !== path.trim() || /\p{Cc}/u.test(path)) return wrong('A path in a rule begins and ends with a visible character.')
  if (segments.some((segment) => segment === '..' || segment === '.')) return wrong(`A path in a rule has no . or .. in it: ${path}.`)
  if (segments.some((segment) => segment === ''))
    return wrong(`A part of the path is empty: ${path}. A folder with all in it is written as docs/**.`)
  if (segments.some((segment) => segment !== '**' && segment.includes('**')))
    return wrong('** stands for whole folders and is alone between slashes, as in src/**/test.ts.')
  return { pattern: { type: 'path', tool, path: path.normalize('NFC') } }
}

const ORIGIN =
  /^(?:(https?):\/\/)?((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::(\d{1,5}))?\/?$/i

function hostRule(inside: string): ParsedRule {
  const isGit = inside.endsWith(BY_GIT)
  const [, scheme = 'https', host = '', port] = ORIGIN.exec((isGit ? inside.slice(0, -BY_GIT.length) : inside).replace(/^GET\s+/, '')) ?? []
  if (host === '')
    return wrong(`'${inside}' is no origin: write fetch(https://api.example.org), without a path; a rule speaks of all of a host.`)
  const isUsual = port === undefined || port === (scheme.toLowerCase() === 'https' ? '443' : '80')
  const origin = `${scheme.toLowerCase()}://${host.toLowerCase()}${isUsual ? '' : `:${Number(port)}`}`
  return { pattern: { type: 'host', tool: 'fetch', host: isGit ? origin + BY_GIT : origin } }
}
