import type { FileTree } from '../tree/file-tree'
import { resolvePath } from '../tree/tree-node'

/** What completion may offer. */
export interface CompletionSource {
  readonly tree: FileTree
  readonly cwd: string
  readonly home: string
  readonly commands: readonly string[]
  readonly variables: readonly string[]
}

/** What the word before the cursor may become. */
export interface Completion {
  /** Where the word begins. */
  readonly from: number
  /** Whole words as the shell reads them, sorted; a folder ends in a slash. */
  readonly words: readonly string[]
  /** The same as a list shows them. */
  readonly names: readonly string[]
}

/** A word ends where the shell would end it; a backslash keeps the next character. */
const WORD = /(?:[^\s;&|()<>'"\\]|\\[\s\S]|'[^']*'?|"(?:\\[\s\S]|[^"\\])*"?)*$/u

/** What may stand before a command's name. */
const LEADING = /(?:^|[;&|({\n]|\b(?:then|else|elif|do|if|while|until|time|sudo|exec|command|xargs)\s|!\s|\$\()\s*$/u

const GIT = [
  'add', 'branch', 'checkout', 'cherry-pick', 'clean', 'clone', 'commit', 'diff', 'grep', 'init', 'log', 'merge', 'mv', 'rebase', 'reflog',
  'reset', 'restore', 'revert', 'rm', 'show', 'stash', 'status', 'switch', 'tag',
] // prettier-ignore
const TAKES_BRANCH = /(?:^|[;&|]\s*)git\s+(?:branch|checkout|cherry-pick|diff|log|merge|rebase|reset|show|switch)\s(?:[^;&|]*\s)?$/u

/** What the word before the cursor may become. Nothing where nothing fits. */
export function complete(text: string, source: CompletionSource): Completion {
  const typed = WORD.exec(text)?.[0] ?? ''
  const from = text.length - typed.length
  const before = text.slice(0, from)
  const variable = /\$(\{?)(\w*)$/u.exec(typed)
  if (variable !== null && !typed.includes("'")) {
    const [all, brace = '', name = ''] = variable
    const head = typed.slice(0, typed.length - all.length)
    const names = starting(source.variables, name)
    return { from, names, words: names.map((one) => `${head}$${brace}${one}${brace === '' ? '' : '}'}`) }
  }
  const word = plain(typed)
  if (LEADING.test(before) && !word.includes('/')) {
    const names = starting(source.commands, word)
    if (word !== '' && names.length > 0) return { from, names, words: names }
  }
  if (/(?:^|[;&|]\s*)git\s+$/u.test(before)) {
    const names = starting(GIT, word)
    return { from, names, words: names }
  }
  const branches = TAKES_BRANCH.test(before) ? starting(branchesOf(source), word) : []
  const files = filesFor(word, source, /(?:^|[;&|]\s*)(?:cd|pushd|rmdir)\s+$/u.test(before))
  return {
    from,
    names: [...branches, ...files.map((path) => path.slice(path.lastIndexOf('/', path.length - 2) + 1))],
    words: [...branches, ...files].map((one) => quotedAs(typed, one)),
  }
}

/** The longest beginning that all have in common. */
export function commonStart(words: readonly string[]): string {
  const [first = '', ...others] = words
  let length = first.length
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1
  return first.slice(0, length)
}

/** Names in columns, as wide as the screen. */
export function inColumns(names: readonly string[], columns: number): string {
  const width = Math.max(1, ...names.map((name) => name.length)) + 2
  const across = Math.max(1, Math.floor(columns / width))
  const rows = Math.ceil(names.length / across)
  const lines: string[] = []
  for (let row = 0; row < rows; row++) {
    const cells = names.filter((_, i) => i % rows === row).map((name) => name.padEnd(width))
    lines.push(cells.join('').trimEnd())
  }
  return lines.map((line) => `${line}\r\n`).join('')
}

/** The branch that a folder's repository stands on; undefined outside of one, or on no branch. */
export function branchAt(tree: FileTree, cwd: string): string | undefined {
  const git = gitFolder(tree, cwd)
  const head = git === undefined ? undefined : textAt(tree, `${git}/HEAD`)
  return /^ref: refs\/heads\/(\S+)/u.exec(head ?? '')?.[1]
}

function gitFolder(tree: FileTree, cwd: string): string | undefined {
  for (let folder = cwd; ; folder = folder.slice(0, folder.lastIndexOf('/'))) {
    if (tree.find(`${folder}/.git`)?.type === 'folder') return `${folder}/.git`
    if (folder === '') return undefined
  }
}

function textAt(tree: FileTree, path: string): string | undefined {
  const node = tree.find(path)
  return node?.type === 'file' && node.write === undefined ? new TextDecoder().decode(node.bytes.subarray(0, 65_536)) : undefined
}

function branchesOf({ tree, cwd }: CompletionSource): readonly string[] {
  const git = gitFolder(tree, cwd)
  if (git === undefined) return []
  const found = new Set<string>()
  for (const line of (textAt(tree, `${git}/packed-refs`) ?? '').split('\n')) {
    const name = / refs\/heads\/(\S+)$/u.exec(line)?.[1]
    if (name !== undefined) found.add(name)
  }
  const visit = (path: string, below: string): void => {
    const node = tree.find(path)
    if (node?.type !== 'folder') return
    for (const [name, child] of node.children)
      if (child.type === 'folder') visit(`${path}/${name}`, `${below}${name}/`)
      else found.add(below + name)
  }
  visit(`${git}/refs/heads`, '')
  return [...found].toSorted()
}

function starting(names: readonly string[], word: string): readonly string[] {
  return [...new Set(names)].filter((name) => name.startsWith(word)).toSorted()
}

/** Paths that a word may become, as they are typed. */
function filesFor(word: string, { tree, cwd, home }: CompletionSource, onlyFolders: boolean): readonly string[] {
  const slash = word.lastIndexOf('/') + 1
  const [folder, start] = [word.slice(0, slash), word.slice(slash)]
  const place = folder.startsWith('~/') ? home + folder.slice(1) : folder
  const node = tree.find(place === '' ? cwd : resolvePath(cwd, place))
  if (node?.type !== 'folder') return []
  const found: string[] = []
  for (const name of [...node.children.keys()].toSorted()) {
    if (!name.startsWith(start) || (name.startsWith('.') && !start.startsWith('.'))) continue
    const isFolder = tree.find(resolvePath(cwd, `${place}${name}`))?.type === 'folder'
    if (isFolder || !onlyFolders) found.push(`${folder}${name}${isFolder ? '/' : ''}`)
  }
  return found
}

/** A word without its quotes. */
function plain(typed: string): string {
  let text = ''
  for (const { groups = {} } of typed.matchAll(
    /\\(?<one>[\s\S])|'(?<single>[^']*)'?|"(?<double>(?:\\[\s\S]|[^"\\])*)"?|(?<bare>[^\\'"]+)/gu,
  ))
    text += groups['one'] ?? groups['single'] ?? groups['bare'] ?? (groups['double'] ?? '').replace(/\\(["\\$`])/gu, '$1')
  return text
}

/** A word in the quotes that the person began with; a whole file closes them. */
function quotedAs(typed: string, word: string): string {
  const end = word.endsWith('/') ? '' : undefined
  if (typed.startsWith("'") && !word.includes("'")) return `'${word}${end ?? "'"}`
  if (typed.startsWith('"')) return `"${word.replace(/["\\$`]/gu, '\\$&')}${end ?? '"'}`
  return word.replace(/[\s'"\\$`&|;()<>*?[\]{}!#]/gu, '\\$&')
}
