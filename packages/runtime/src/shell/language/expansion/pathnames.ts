import { globMatcher, globUnquoted, isGlob } from '../glob'
import type { Runner } from '../runner'
import type { FolderNode, TreeNode } from '../../tree/tree-node'
import { resolvePath } from '../../tree/tree-node'

const PAIRS = /[\uD800-\uDFFF]/

/** By code points, which is the order of bytes. */
export function byCodePoint(a: string, b: string): number {
  if (!PAIRS.test(a) && !PAIRS.test(b)) return a < b ? -1 : a > b ? 1 : 0
  const left = [...a]
  const right = [...b]
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

interface Walk {
  readonly runner: Runner
  readonly extglob: boolean
  readonly nocase: boolean
  readonly dotglob: boolean
  readonly globstar: boolean
  readonly found: string[]
}

/** Paths that match a glob, sorted. */
export function pathsMatching(runner: Runner, pattern: string): readonly string[] {
  const { shopt } = runner.state
  const walk: Walk = {
    runner,
    extglob: shopt.has('extglob'),
    nocase: shopt.has('nocaseglob'),
    dotglob: shopt.has('dotglob'),
    globstar: shopt.has('globstar'),
    found: [],
  }
  const isAbsolute = pattern.startsWith('/')
  const root = /^\/+/.exec(pattern)?.[0] ?? ''
  visit(walk, isAbsolute ? root : '', componentsOf(pattern.slice(root.length)))
  const ignored = (runner.state.vars.text('GLOBIGNORE') ?? '').split(':').filter(Boolean)
  const kept = ignored.length === 0 ? walk.found : walk.found.filter((path) => !ignored.some((one) => globMatcher(one).matches(path)))
  return kept.toSorted(byCodePoint)
}

/** A component and the slashes after it. */
interface Component {
  readonly pattern: string
  readonly slashes: string
}

/** Split at slashes that are not inside of a group. */
function componentsOf(pattern: string): readonly Component[] {
  const out: Component[] = []
  let from = 0
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at)
    if (character === '\\') at += 1
    if (character !== '/') continue
    let end = at
    while (pattern.charAt(end) === '/') end += 1
    out.push({ pattern: pattern.slice(from, at), slashes: pattern.slice(at, end) })
    from = end
    at = end - 1
  }
  if (from < pattern.length) out.push({ pattern: pattern.slice(from), slashes: '' })
  return out
}

function nodeAt(walk: Walk, prefix: string): TreeNode | undefined {
  return walk.runner.system.tree.find(resolvePath(walk.runner.state.cwd, prefix === '' ? '.' : prefix))
}

function isThere(walk: Walk, path: string): boolean {
  const { tree } = walk.runner.system
  const full = resolvePath(walk.runner.state.cwd, path)
  if (path.endsWith('/')) return tree.find(full)?.type === 'folder'
  const slash = full.lastIndexOf('/')
  const folder = tree.find(full.slice(0, slash) || '/')
  return full === '/' || (folder?.type === 'folder' && folder.children.has(full.slice(slash + 1)))
}

function visit(walk: Walk, prefix: string, components: readonly Component[]): void {
  walk.runner.system.tick()
  const [first, ...rest] = components
  if (first === undefined) {
    if (prefix !== '' && isThere(walk, prefix)) walk.found.push(prefix)
    return
  }
  if (!isGlob(first.pattern, walk.extglob)) {
    const next = prefix + globUnquoted(first.pattern) + first.slashes
    if (rest.length > 0 && nodeAt(walk, next) === undefined) return
    return visit(walk, next, rest)
  }
  const folder = nodeAt(walk, prefix)
  if (folder?.type !== 'folder') return
  if (walk.globstar && first.pattern === '**') return visitAll(walk, { prefix, folder, first, rest })
  for (const name of matching(walk, folder, first.pattern)) take(walk, prefix + name, { first, rest })
}

interface Following {
  readonly first: Component
  readonly rest: readonly Component[]
}

function take(walk: Walk, path: string, { first, rest }: Following): void {
  if (first.slashes === '') {
    walk.found.push(path)
    return
  }
  if (nodeAt(walk, path)?.type === 'folder') visit(walk, path + first.slashes, rest)
}

/** `**`: this folder and all below; links are not entered. */
function visitAll(walk: Walk, at: Following & { readonly prefix: string; readonly folder: FolderNode }): void {
  const { prefix, first, rest } = at
  if (first.slashes !== '') visit(walk, prefix, rest)
  else if (prefix !== '') walk.found.push(prefix)
  visitBelow(walk, at)
}

function visitBelow(walk: Walk, at: Following & { readonly prefix: string; readonly folder: FolderNode }): void {
  const { prefix, folder, first, rest } = at
  for (const [name, child] of folder.children) {
    if (name.startsWith('.') && !walk.dotglob) continue
    if (first.slashes === '') walk.found.push(prefix + name)
    if (child.type !== 'folder') continue
    if (first.slashes !== '') visit(walk, `${prefix}${name}/`, rest)
    visitBelow(walk, { ...at, prefix: `${prefix}${name}/`, folder: child })
  }
}

function matching(walk: Walk, folder: FolderNode, pattern: string): readonly string[] {
  const matcher = globMatcher(pattern, { extglob: walk.extglob, nocase: walk.nocase, period: !walk.dotglob })
  const own = walk.runner.state.shopt.has('globskipdots') || !pattern.startsWith('.') ? [] : ['.', '..']
  return [...own, ...folder.children.keys()].filter((name) => matcher.matches(name))
}
