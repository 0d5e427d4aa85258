import type { MissingTypes, Problem } from '@tabwright/protocol'
import { ts } from './compiler'
import { ROOT, type Shelf } from './shelf'

/** A type written out can fill pages. */
const MAX_MESSAGE = 400
const MAX_TEXT = 160

/** What a file's own check gave, with what only says that packages are not there put aside. */
export interface FileProblems {
  readonly path: string
  readonly problems: readonly Problem[]
  /** Packages whose types it asks for and that are not in the workspace. */
  readonly missing: ReadonlySet<string>
  readonly consequences: number
}

/** A module that is not found, or has no types. */
const NO_MODULE = new Set([2307, 2792, 7016])
/** Names that packages of types would bring. Source: the compiler's messages, which name those packages. */
const NO_TYPES: ReadonlyMap<number, string> = new Map([
  [2580, '@types/node'],
  [2591, '@types/node'],
  [2581, '@types/jquery'],
  [2592, '@types/jquery'],
  [2582, 'types of a test runner'],
  [2593, 'types of a test runner'],
  [2875, 'types of JSX'],
  [7026, 'types of JSX'],
])
/** A namespace or a package of types by its name in the message. */
const NAMED = new Set([2503, 2688])
/** With a module unknown, what comes of it is `any`: these complain of that and of nothing else. */
const FOLLOWS = new Set([7006, 7031, 7019, 2347])

/** @param path absolute */
export function fileProblems(shelf: Shelf, path: string, found: readonly ts.Diagnostic[]): FileProblems {
  const missing = new Set<string>()
  const kept: ts.Diagnostic[] = []
  let consequences = 0
  for (const diagnostic of found) {
    const name = missingName(shelf, diagnostic)
    if (name === undefined) kept.push(diagnostic)
    else {
      missing.add(name)
      consequences += 1
    }
  }
  const real = missing.size === 0 ? kept : kept.filter(({ code }) => !FOLLOWS.has(code))
  consequences += kept.length - real.length
  return { path: relative(path), problems: real.map((diagnostic) => problemOf(diagnostic, path)), missing, consequences }
}

function missingName(shelf: Shelf, { code, file, start, length, messageText }: ts.Diagnostic): string | undefined {
  const types = NO_TYPES.get(code)
  if (types !== undefined) return types
  const message = ts.flattenDiagnosticMessageText(messageText, '\n')
  const named = /'([^']+)'/.exec(message)?.[1]
  if (NAMED.has(code)) return named
  if (!NO_MODULE.has(code) || file === undefined || start === undefined || length === undefined) return undefined
  const written = file.text.slice(start, start + length).replaceAll(/['"`]/g, '')
  const name = packageOf(written)
  return name !== undefined && !shelf.hasFolder(`${ROOT}/${name}`) && !isAlias(written) ? name : undefined
}

/** `@scope/name/deep` is `@scope/name`; undefined for what is no package: a file, or an import map of the package itself. */
function packageOf(specifier: string): string | undefined {
  if (/^[./#]/.test(specifier) || specifier === '') return undefined
  if (specifier.startsWith('node:')) return '@types/node'
  const [first = '', second = ''] = specifier.split('/')
  return first.startsWith('@') ? `${first}/${second}` : first
}

/** Ways in which projects name their own files. */
const isAlias = (specifier: string): boolean => /^[@~]\//.test(specifier)

function problemOf(diagnostic: ts.Diagnostic, path: string): Problem {
  const { file, start = 0, length = 0, code, category } = diagnostic
  const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')
  const from = file ? file.getLineAndCharacterOfPosition(start) : { line: 0, character: 0 }
  const to = file ? file.getLineAndCharacterOfPosition(start + length) : from
  return {
    path: relative(file?.fileName ?? path),
    line: from.line + 1,
    column: from.character + 1,
    endLine: to.line + 1,
    endColumn: to.character + 1,
    severity: category === ts.DiagnosticCategory.Error ? 'error' : 'warning',
    code,
    message: cut(message, MAX_MESSAGE),
    text: file ? cut(lineAt(file, from.line).trim(), MAX_TEXT) : '',
  }
}

function lineAt(file: ts.SourceFile, line: number): string {
  const starts = file.getLineStarts()
  return file.text.slice(starts[line] ?? 0, starts[line + 1] ?? file.text.length)
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed()}…`
}

export function relative(path: string): string {
  return path.startsWith(`${ROOT}/`) ? path.slice(ROOT.length + 1) : path
}

/** Packages by how many files ask for them. */
export function missingIn(files: readonly FileProblems[]): readonly MissingTypes[] {
  const counts = new Map<string, number>()
  for (const { missing } of files) for (const name of missing) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => ({ name, files: count })).toSorted((a, b) => b.files - a.files || (a.name < b.name ? -1 : 1))
}

/** Those of `after` that are not in `before`. Lines move when a file is edited, so a problem is known by what it says and where it says it. */
export function newProblems(before: readonly Problem[], after: readonly Problem[]): readonly Problem[] {
  const left = new Map<string, number>()
  for (const problem of before) left.set(nameOf(problem), (left.get(nameOf(problem)) ?? 0) + 1)
  return after.filter((problem) => {
    const known = left.get(nameOf(problem)) ?? 0
    left.set(nameOf(problem), known - 1)
    return known <= 0
  })
}

const nameOf = ({ path, code, message, text }: Problem): string => `${path}\n${code}\n${message}\n${text}`

export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => (a.path === b.path ? a.line - b.line || a.column - b.column : a.path < b.path ? -1 : 1))
}
