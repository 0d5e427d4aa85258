import type { FileReview } from '@tabwright/protocol'
import { t } from '../language'

/** Id of the folder that holds all. */
export const ROOT = '/'

/**
 * A file or folder of the tree. Its id is its path with a slash before it, and for a folder one behind it: headless-tree keeps
 * items in plain objects, where a file called `constructor` or `__proto__` would meet a stranger.
 */
export interface TreeNode {
  readonly id: string
  readonly name: string
  /** Ids, folders first, each group by name. Empty for a file. */
  readonly children: readonly string[]
  readonly folder: boolean
}

/** A workspace as nodes by id. */
export type FileTree = ReadonlyMap<string, TreeNode>

interface Growing {
  readonly id: string
  readonly name: string
  readonly folder: boolean
  readonly children: string[]
}

// One collator for all: `localeCompare` builds one each call, which 5,000 files would feel.
const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Folds a flat list of paths into folders. A path that ends in `/` is a folder with nothing in it. */
export function fileTree(paths: Iterable<string>): FileTree {
  const nodes = new Map<string, Growing>([[ROOT, { id: ROOT, name: '', folder: true, children: [] }]])
  for (const path of paths) grow(nodes, path)
  for (const node of nodes.values()) node.children.sort((left, right) => compare(nodes.get(left), nodes.get(right)))
  return nodes
}

function grow(nodes: Map<string, Growing>, path: string): void {
  const parts = path.split('/')
  let parent = ROOT
  parts.forEach((name, at) => {
    if (name === '') return
    const folder = at < parts.length - 1
    const id = folder ? `${parent}${name}/` : `${parent}${name}`
    if (!nodes.has(id)) {
      nodes.set(id, { id, name, folder, children: [] })
      nodes.get(parent)?.children.push(id)
    }
    parent = id
  })
}

function compare(left: Growing | undefined, right: Growing | undefined): number {
  if (left === undefined || right === undefined) return 0
  if (left.folder !== right.folder) return left.folder ? -1 : 1
  return byName.compare(left.name, right.name) || (left.name < right.name ? -1 : 1)
}

/** The id of a file. */
export const fileId = (path: string): string => `${ROOT}${path}`

/** The path of a file or folder; a folder's ends in a slash, that of the whole tree is empty. */
export const pathOf = (id: string): string => id.slice(ROOT.length)

/** Ids of the folders above a path, outermost first. */
export function foldersAbove(path: string): readonly string[] {
  const folders: string[] = []
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) folders.push(fileId(path.slice(0, at + 1)))
  return folders
}

/** The paths a filter leaves: each of its words occurs somewhere in the path, whatever the case. */
export function filterPaths(paths: readonly string[], filter: string): readonly string[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return paths
  return paths.filter((path) => {
    const low = path.toLowerCase()
    return words.every((word) => low.includes(word))
  })
}

/** A file's state, and for a folder whether anything inside it changed. */
export type Marks = ReadonlyMap<string, FileReview['status'] | 'inside'>

/** Marks by node id. A deleted file is not in the tree, but its folders tell of it. */
export function changeMarks(changes: readonly FileReview[]): Marks {
  const marks = new Map<string, FileReview['status'] | 'inside'>()
  for (const { path, status } of changes) {
    marks.set(fileId(path), status)
    for (const folder of foldersAbove(path)) marks.set(folder, 'inside')
  }
  return marks
}

/** What is wrong with the name of a new file, or the path it stands for. */
export type NewPath = { readonly type: 'path'; readonly path: string } | { readonly type: 'refused'; readonly sentence: string }

/** Reads what a person typed as the path of a new file. The workspace checks again; this is for a sentence at the right place. */
export function newPath(typed: string, existing: ReadonlySet<string>): NewPath {
  const path = typed.trim().normalize('NFC')
  const refused = (sentence: string): NewPath => ({ type: 'refused', sentence })
  if (path === '') return refused(t('Type a name first.'))
  if (path.endsWith('/')) return refused(t('A file needs a name after the folder.'))
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return refused(t('A name cannot hold control characters or backslashes.'))
  const parts = path.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    return refused(t('A path stays inside the workspace: no leading slash, no empty, . or .. part.'))
  if (existing.has(path)) return refused(t('{path} exists already.', { path }))
  const folder = [...existing].some((other) => other.startsWith(`${path}/`))
  if (folder) return refused(t('{path} is a folder.', { path }))
  const above = parts.slice(0, -1).map((_, at) => parts.slice(0, at + 1).join('/'))
  const file = above.find((one) => existing.has(one))
  return file === undefined ? { type: 'path', path } : refused(t('{file} is a file, so nothing can be put into it.', { file }))
}

/** Where typing leads: the next row after the focused one whose name starts with what was typed; the focused one too while typing goes on. */
export function typeahead(names: readonly string[], focused: number, typed: string): number {
  const start = typed.length > 1 ? focused : focused + 1
  const want = typed.toLowerCase()
  for (let step = 0; step < names.length; step += 1) {
    const at = (start + step + names.length) % names.length
    if (names[at]?.toLowerCase().startsWith(want) === true) return at
  }
  return -1
}
