import { globMatcher, type GlobMatcher } from '../../../language/glob'
import { textOf } from '../../../text'
import type { Call } from '../../command'
import { wildmatch } from '../../git/wildmatch'
import { compareVersions } from '../../text/version-order'
import { byBytes, failure, joinPath, lookAt, lookFor, namesIn, type Look } from '../look'
import type { TreeOptions } from './tree-options'

/** One name of a tree that is to be printed. */
export interface Leaf {
  readonly name: string
  readonly path: string
  readonly look: Look
  /** What a link leads to. */
  readonly behind: Look | undefined
  /** Undefined where it was not gone into. */
  readonly children: readonly Leaf[] | undefined
  /** Why it was not opened. */
  readonly flaw: string | undefined
  /** What `--du` counts for it. */
  readonly size: number
}

interface IgnoreLine {
  readonly isNot: boolean
  readonly isFolderOnly: boolean
  readonly isName: boolean
  readonly pattern: string
  readonly base: string
}

function ignoreLines(text: string, base: string): IgnoreLine[] {
  return text.split('\n').flatMap((raw) => {
    const line = raw.replace(/\r$/, '').replace(/(?<!\\)\s+$/, '')
    if (line === '' || line.startsWith('#')) return []
    const isNot = line.startsWith('!')
    const bare = line.slice(isNot ? 1 : 0)
    const isFolderOnly = bare.endsWith('/')
    const pattern = bare.replace(/\/$/, '')
    return [{ isNot, isFolderOnly, isName: !pattern.includes('/'), pattern: pattern.replace(/^\//, ''), base }]
  })
}

interface Level {
  readonly depth: number
  readonly ignored: readonly IgnoreLine[]
  readonly above: readonly number[]
}

/** Reads folders into what is to be printed. */
export class TreeScan {
  readonly #call: Call
  readonly #options: TreeOptions
  readonly #include: readonly GlobMatcher[]
  readonly #exclude: readonly GlobMatcher[]
  hasFailed = false

  constructor(call: Call, options: TreeOptions) {
    this.#call = call
    this.#options = options
    const nocase = options.has('ignore-case')
    const matchers = (patterns: readonly string[]): readonly GlobMatcher[] =>
      patterns.flatMap((pattern) => pattern.split('|')).map((one) => globMatcher(one.replace(/\/$/, ''), { extglob: false, nocase }))
    this.#include = matchers(options.include)
    this.#exclude = matchers(options.exclude)
  }

  /** What is at an operand. */
  root(path: string): Leaf {
    const look = lookFor(this.#call, path, false)
    const behind = look?.type === 'link' ? lookFor(this.#call, path) : look
    const bare = this.#options.has('f') && path !== '/' ? path.replace(/\/+$/, '') : path
    if (look === undefined || behind?.type !== 'folder') {
      this.hasFailed ||= look === undefined
      return { name: path, path, look: look ?? NOTHING, behind: undefined, children: undefined, flaw: 'error opening dir', size: 0 }
    }
    return this.#folder({ name: bare, path: bare, look: behind, behind: undefined }, { depth: 0, ignored: [], above: [] })
  }

  #folder(start: Pick<Leaf, 'name' | 'path' | 'look' | 'behind'>, { depth, ignored, above }: Level): Leaf {
    const inner = start.behind ?? start.look
    let names: readonly string[]
    try {
      names = namesIn(this.#call, start.path)
    } catch (thrown) {
      failure(thrown)
      return { ...start, children: undefined, flaw: 'error opening dir', size: start.look.size }
    }
    this.#call.tick()
    const rules = this.#options.has('gitignore') ? [...ignored, ...this.#rulesIn(start.path)] : ignored
    const level = { depth: depth + 1, ignored: rules, above: [...above, inner.ino] }
    const found = names.flatMap((name) => this.#leaf(joinPath(start.path, name), name, level) ?? [])
    const { fileLimit } = this.#options
    if (fileLimit > 0 && found.length > fileLimit)
      return { ...start, children: undefined, flaw: `${found.length} entries exceeds filelimit, not opening dir`, size: start.look.size }
    const children = this.#sorted(this.#pruned(found))
    const size = children.reduce((sum, child) => sum + child.size, start.look.size)
    return { ...start, children, flaw: undefined, size }
  }

  #leaf(path: string, name: string, level: Level): Leaf | undefined {
    const { has } = this.#options
    if (!has('a') && name.startsWith('.')) return undefined
    const look = lookAt(this.#call, path, false)
    const behind = look.type === 'link' ? lookFor(this.#call, path) : undefined
    const isFolder = look.type === 'folder'
    if (this.#isLeftOut({ name, path, isFolder, isFollowed: has('l') && behind?.type === 'folder' }, level)) return undefined
    if (has('d') && (behind ?? look).type !== 'folder') return undefined
    const start = { name, path, look, behind }
    const isDeep = level.depth < this.#options.level
    if (isFolder && isDeep) return this.#folder(start, level)
    if (has('l') && behind?.type === 'folder' && isDeep) {
      if (level.above.includes(behind.ino)) return { ...start, children: undefined, flaw: 'recursive, not followed', size: look.size }
      return this.#folder(start, level)
    }
    return { ...start, children: undefined, flaw: undefined, size: look.size }
  }

  #isLeftOut(
    {
      name,
      path,
      isFolder,
      isFollowed,
    }: { readonly name: string; readonly path: string; readonly isFolder: boolean; readonly isFollowed: boolean },
    { ignored }: Level,
  ): boolean {
    if (this.#exclude.some((one) => one.matches(name))) return true
    if (this.#include.length > 0 && !isFolder && !isFollowed && !this.#include.some((one) => one.matches(name))) return true
    const rule = ignored.findLast((one) => fits(one, path, isFolder))
    return rule !== undefined && !rule.isNot
  }

  #rulesIn(folder: string): readonly IgnoreLine[] {
    const node = lookFor(this.#call, joinPath(folder, '.gitignore'))?.node
    return node?.type === 'file' ? ignoreLines(textOf(node.bytes), folder) : []
  }

  /** `--prune`: folders in which nothing is left. */
  #pruned(found: readonly Leaf[]): readonly Leaf[] {
    if (!this.#options.has('prune') || this.#options.has('d')) return found
    return found.filter((leaf) => {
      const isFolder = (leaf.behind ?? leaf.look).type === 'folder'
      return !isFolder || (leaf.children?.length ?? 0) > 0 || leaf.flaw !== undefined
    })
  }

  #sorted(found: readonly Leaf[]): readonly Leaf[] {
    const { sort, has } = this.#options
    if (sort === 'none') return found
    const turn = has('r') ? -1 : 1
    const kind = (leaf: Leaf): number => ((leaf.behind ?? leaf.look).type === 'folder' ? 0 : 1) * (has('filesfirst') ? -1 : 1)
    const groups = has('dirsfirst') || has('filesfirst')
    return found.toSorted((a, b) => (groups ? kind(a) - kind(b) : 0) || turn * order(sort, a, b))
  }
}

const NOTHING: Look = { type: 'file', size: 0, mode: 0, mtime: 0, atime: 0, ctime: 0, ino: 0, nlink: 0 }

function order(sort: Exclude<TreeOptions['sort'], 'none'>, a: Leaf, b: Leaf): number {
  const names = byBytes(a.name, b.name)
  switch (sort) {
    case 'version':
      return compareVersions(a.name, b.name) || names
    case 'size':
      return b.size - a.size || names
    case 'mtime':
    case 'ctime':
      return a.look[sort] - b.look[sort] || names
    default:
      return names
  }
}

function fits(rule: IgnoreLine, path: string, isFolder: boolean): boolean {
  if (rule.isFolderOnly && !isFolder) return false
  const inner = path.slice(rule.base.length + (rule.base.endsWith('/') ? 0 : 1))
  if (rule.isName) return wildmatch(rule.pattern, path.slice(path.lastIndexOf('/') + 1))
  return wildmatch(rule.pattern, inner, { isPath: true })
}

/** `--fromfile`: a tree of the paths in a list. */
export function treeOfPaths(lines: readonly string[], root: string): Leaf {
  interface Draft {
    readonly children: Map<string, Draft>
  }
  const top: Draft = { children: new Map() }
  for (const line of lines) {
    let at = top
    for (const name of line.split('/').filter((part) => part !== '')) {
      const next = at.children.get(name) ?? { children: new Map<string, Draft>() }
      at.children.set(name, next)
      at = next
    }
  }
  const leafOf = ({ children }: Draft, name: string, path: string): Leaf => ({
    name,
    path,
    look: { ...NOTHING, type: children.size > 0 ? 'folder' : 'file' },
    behind: undefined,
    children:
      children.size === 0
        ? undefined
        : [...children].toSorted(([a], [b]) => byBytes(a, b)).map(([inner, draft]) => leafOf(draft, inner, joinPath(path, inner))),
    flaw: undefined,
    size: 0,
  })
  const made = leafOf(top, root, root)
  return { ...made, look: { ...made.look, type: 'folder' }, children: made.children ?? [] }
}
