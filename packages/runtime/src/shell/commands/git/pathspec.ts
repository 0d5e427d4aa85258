import { fatal, notImplemented } from './git-error'
import type { Git } from './git-call'
import { isWild, wildmatch } from './wildmatch'
import type { GitArgs } from './args'
import { readText } from '../../streams/stream'

interface Item {
  /** As it was typed. */
  readonly text: string
  readonly pattern: string
  readonly isExcluded: boolean
  readonly isLiteral: boolean
  readonly isPath: boolean
  readonly ignoreCase: boolean
}

/** Which paths a command is about. */
export class Pathspec {
  readonly #items: readonly Item[]
  readonly #wanted: readonly Item[]
  readonly #unwanted: readonly Item[]
  readonly #used = new Set<Item>()

  constructor(items: readonly Item[]) {
    this.#items = items
    this.#wanted = items.filter(({ isExcluded }) => !isExcluded)
    this.#unwanted = items.filter(({ isExcluded }) => isExcluded)
  }

  get isEmpty(): boolean {
    return this.#items.length === 0
  }

  matches(path: string): boolean {
    let isWanted = this.#wanted.length === 0
    for (const item of this.#wanted) {
      if (!fits(item, path)) continue
      this.#used.add(item)
      isWanted = true
    }
    return isWanted && !this.#unwanted.some((item) => fits(item, path))
  }

  /** Whether something below a folder may be wanted. */
  mayMatchBelow(folder: string): boolean {
    if (this.#wanted.length === 0) return true
    return this.#wanted.some((item) => {
      if (fits(item, folder) || item.pattern.startsWith(`${folder}/`)) return true
      if (item.isLiteral || item.ignoreCase) return item.ignoreCase
      const fixed = item.pattern.slice(0, item.pattern.search(/[*?[\\]/))
      return isWild(item.pattern) && (`${folder}/`.startsWith(fixed) || fixed.startsWith(`${folder}/`))
    })
  }

  /** Words that matched nothing so far. */
  get unused(): readonly string[] {
    return this.#wanted.filter((item) => !this.#used.has(item) && item.pattern !== '').map(({ text }) => text)
  }

  /** The paths, when all words are plain ones. */
  get literals(): readonly string[] {
    return this.#wanted.map(({ pattern }) => pattern)
  }
}

function fits(item: Item, path: string): boolean {
  const { pattern } = item
  if (pattern === '' || path === pattern || (path.startsWith(pattern) && (pattern.endsWith('/') || path.charAt(pattern.length) === '/')))
    return true
  if (`${path}/` === pattern) return false
  if (item.isLiteral) return false
  if (item.ignoreCase && (path.toLowerCase() === pattern.toLowerCase() || path.toLowerCase().startsWith(`${pattern.toLowerCase()}/`)))
    return true
  return (isWild(pattern) || item.ignoreCase) && wildmatch(pattern, path, { isPath: item.isPath, ignoreCase: item.ignoreCase })
}

/** Paths that were typed and those of `--pathspec-from-file`. */
export async function pathWords(git: Git, args: GitArgs): Promise<readonly string[]> {
  const file = args.value('pathspec-from-file')
  if (file === undefined) return args.words
  if (args.words.length > 0) fatal("'--pathspec-from-file' and pathspec arguments cannot be used together")
  const text = await readText(file === '-' ? git.call.stdin : git.call.open(git.call.at(file)))
  return text.split(args.has('pathspec-file-nul') ? '\0' : '\n').flatMap((line) => (line === '' ? [] : [line.replace(/\r$/, '')]))
}

const SHORT: Readonly<Record<string, string>> = { '/': 'top', '!': 'exclude', '^': 'exclude' }

/** Reads words as git reads pathspecs, seen from where the command stands. @throws GitError */
export function pathspecOf(git: Git, words: readonly string[]): Pathspec {
  const items = words.map((word) => itemOf(git, word))
  const onlyExcludes = items.length > 0 && items.every(({ isExcluded }) => isExcluded)
  const isTop = onlyExcludes && git.prefix !== ''
  return new Pathspec(
    isTop
      ? [{ text: '.', pattern: git.prefix.slice(0, -1), isExcluded: false, isLiteral: true, isPath: false, ignoreCase: false }, ...items]
      : items,
  )
}

function itemOf(git: Git, word: string): Item {
  if (word === '') return fatal('empty string is not a valid pathspec. please use . instead if you meant to match all paths')
  const { magic, rest } = git.options.isLiteral ? { magic: ['literal'], rest: word } : magicOf(word)
  for (const one of magic) {
    if (one.startsWith('attr')) notImplemented('pathspec magic attr')
    if (!['top', 'exclude', 'icase', 'literal', 'glob', ''].includes(one)) fatal(`Invalid pathspec magic '${one}' in '${word}'`)
  }
  const isTop = magic.includes('top')
  const plain = isTop ? cleaned(rest) : insideOf(git, rest, word)
  return {
    text: word,
    pattern: rest.endsWith('/') && plain !== '' && !plain.endsWith('/') ? `${plain}/` : plain,
    isExcluded: magic.includes('exclude'),
    isLiteral: magic.includes('literal'),
    isPath: magic.includes('glob'),
    ignoreCase: magic.includes('icase'),
  }
}

function insideOf(git: Git, rest: string, word: string): string {
  if (rest.startsWith('/')) return git.inside(rest)
  const { worktree } = git.repo
  if (worktree === undefined) return cleaned(rest)
  const parts = git.prefix.split('/').filter((part) => part !== '')
  for (const part of rest.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) fatal(`${word}: '${word}' is outside repository at '${worktree}'`)
  }
  return parts.join('/')
}

function cleaned(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
}

function magicOf(word: string): { readonly magic: readonly string[]; readonly rest: string } {
  const long = /^:\(([^)]*)\)(.*)$/s.exec(word)
  if (long !== null) return { magic: (long[1] ?? '').split(','), rest: long[2] ?? '' }
  if (!word.startsWith(':')) return { magic: [], rest: word }
  const magic: string[] = []
  let at = 1
  for (; SHORT[word.charAt(at)] !== undefined; at++) magic.push(SHORT[word.charAt(at)] ?? '')
  if (word.charAt(at) === ':') at += 1
  return { magic, rest: word.slice(at) }
}
