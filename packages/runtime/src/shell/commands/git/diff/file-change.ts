import type { IndexFile } from '../index-file'
import type { ObjectStore } from '../object-store'
import { MODE_COMMIT, MODE_TREE, typeOfMode } from '../objects'
import { byteOrder, NULL_OID } from '../oid'
import type { Repository } from '../repository'
import { bytesOf } from '../../../text'

/** A file on one side. */
export interface FileSide {
  readonly path: string
  readonly mode: number
  /** The null name where it has to be computed from the contents. */
  readonly oid: string
  read(): Uint8Array
}

/** What became of one file. */
export interface FileChange {
  readonly status: 'A' | 'C' | 'D' | 'M' | 'R' | 'T' | 'U'
  readonly old: FileSide | undefined
  readonly fresh: FileSide | undefined
  /** Percent of likeness, for renames and copies. */
  readonly score?: number
  /** Of two files that need not be of a repository: both are named. */
  readonly isAnywhere?: boolean
}

/** Says whether a path counts. */
export interface PathFilter {
  matches(path: string): boolean
  mayMatchBelow(folder: string): boolean
}

export const ALL_PATHS: PathFilter = { matches: () => true, mayMatchBelow: () => true }

/** Path that a change is sorted and told by. */
export function pathOf(change: FileChange): string {
  return change.fresh?.path ?? change.old?.path ?? ''
}

export function blobSide(objects: ObjectStore, path: string, at: { readonly mode: number; readonly oid: string }): FileSide {
  return {
    path,
    mode: at.mode,
    oid: at.oid,
    read: () => (at.mode === MODE_COMMIT ? bytesOf(`Subproject commit ${at.oid}\n`) : objects.readAs(at.oid, 'blob')),
  }
}

function changeOf(old: FileSide | undefined, fresh: FileSide | undefined): FileChange {
  if (old === undefined) return { status: 'A', old, fresh }
  if (fresh === undefined) return { status: 'D', old, fresh }
  const isOtherType = (old.mode & 0o170000) !== (fresh.mode & 0o170000)
  return { status: isOtherType ? 'T' : 'M', old, fresh }
}

/** Files that differ between two trees; undefined stands for an empty one. */
export function diffTrees(
  objects: ObjectStore,
  trees: { readonly old: string | undefined; readonly fresh: string | undefined },
  filter = ALL_PATHS,
): FileChange[] {
  const out: FileChange[] = []
  const visit = (old: string | undefined, fresh: string | undefined, prefix: string): void => {
    if (old === fresh) return
    const left = new Map((old === undefined ? [] : objects.tree(old)).map((entry) => [entry.name, entry]))
    const right = new Map((fresh === undefined ? [] : objects.tree(fresh)).map((entry) => [entry.name, entry]))
    for (const name of new Set([...left.keys(), ...right.keys()])) {
      const a = left.get(name)
      const b = right.get(name)
      if (a?.oid === b?.oid && a?.mode === b?.mode) continue
      const path = prefix + name
      const below = { old: a?.mode === MODE_TREE ? a.oid : undefined, fresh: b?.mode === MODE_TREE ? b.oid : undefined }
      if ((below.old !== undefined || below.fresh !== undefined) && filter.mayMatchBelow(path)) visit(below.old, below.fresh, `${path}/`)
      const oldFile = a === undefined || below.old !== undefined ? undefined : blobSide(objects, path, a)
      const newFile = b === undefined || below.fresh !== undefined ? undefined : blobSide(objects, path, b)
      if ((oldFile !== undefined || newFile !== undefined) && filter.matches(path)) out.push(changeOf(oldFile, newFile))
    }
  }
  visit(trees.old, trees.fresh, '')
  return out.toSorted((a, b) => byteOrder(pathOf(a), pathOf(b)))
}

/** Whether two trees differ in paths that count. Stops at the first difference. */
export function isSameTree(
  objects: ObjectStore,
  trees: { readonly old: string | undefined; readonly fresh: string | undefined },
  filter: PathFilter,
): boolean {
  const visit = (old: string | undefined, fresh: string | undefined, prefix: string): boolean => {
    if (old === fresh) return true
    const left = new Map((old === undefined ? [] : objects.tree(old)).map((entry) => [entry.name, entry]))
    const right = new Map((fresh === undefined ? [] : objects.tree(fresh)).map((entry) => [entry.name, entry]))
    for (const name of new Set([...left.keys(), ...right.keys()])) {
      const a = left.get(name)
      const b = right.get(name)
      if (a?.oid === b?.oid && a?.mode === b?.mode) continue
      const path = prefix + name
      const below = { old: a?.mode === MODE_TREE ? a.oid : undefined, fresh: b?.mode === MODE_TREE ? b.oid : undefined }
      const isFile = (a !== undefined && below.old === undefined) || (b !== undefined && below.fresh === undefined)
      if (isFile && filter.matches(path)) return false
      const isBelow = below.old !== undefined || below.fresh !== undefined
      if (isBelow && filter.mayMatchBelow(path) && !visit(below.old, below.fresh, `${path}/`)) return false
    }
    return true
  }
  return visit(trees.old, trees.fresh, '')
}

/** Every file of a tree. */
export function treeFiles(objects: ObjectStore, tree: string | undefined): Map<string, { readonly mode: number; readonly oid: string }> {
  const files = new Map<string, { readonly mode: number; readonly oid: string }>()
  const visit = (oid: string, prefix: string): void => {
    for (const { mode, name, oid: inner } of objects.tree(oid)) {
      if (typeOfMode(mode) === 'tree') visit(inner, `${prefix}${name}/`)
      else files.set(prefix + name, { mode, oid: inner })
    }
  }
  if (tree !== undefined) visit(tree, '')
  return files
}

/** Every file of a tree, as a side of a change. */
export function treeSides(objects: ObjectStore, tree: string | undefined): FileSide[] {
  return [...treeFiles(objects, tree)].map(([path, at]) => blobSide(objects, path, at))
}

/** Files that differ between a tree and the index. */
export function diffCached(repo: Repository, tree: string | undefined, filter = ALL_PATHS): FileChange[] {
  const { objects, index } = repo
  const out: FileChange[] = []
  const files = treeFiles(objects, tree)
  for (const path of index.unmerged) if (filter.matches(path)) out.push({ status: 'U', old: undefined, fresh: unmergedSide(path) })
  const paths = new Set([...files.keys(), ...index.entries.flatMap((entry) => (entry.stage === 0 && !entry.isIntent ? [entry.path] : []))])
  for (const path of paths) {
    const old = files.get(path)
    const entry = index.get(path)
    const fresh = entry?.isIntent ? undefined : entry
    if (fresh === undefined && index.has(path) && entry === undefined) continue
    if (old?.oid === fresh?.oid && old?.mode === fresh?.mode) continue
    if (!filter.matches(path)) continue
    out.push(
      changeOf(
        old === undefined ? undefined : blobSide(objects, path, old),
        fresh === undefined ? undefined : blobSide(objects, path, fresh),
      ),
    )
  }
  return out.toSorted((a, b) => byteOrder(pathOf(a), pathOf(b)))
}

function unmergedSide(path: string): FileSide {
  return { path, mode: 0, oid: NULL_OID, read: () => new Uint8Array() }
}

export function workSide(repo: Repository, path: string, mode: number): FileSide {
  const read = (): Uint8Array =>
    mode === MODE_COMMIT ? bytesOf(`Subproject commit ${repo.nestedHead(path) ?? ''}\n`) : repo.readWork(path)
  return { path, mode, oid: NULL_OID, read }
}

/** Files that differ between the index and the working tree. */
export function diffWork(repo: Repository, filter = ALL_PATHS, index: IndexFile = repo.index): FileChange[] {
  const out: FileChange[] = []
  for (const path of index.unmerged) if (filter.matches(path)) out.push({ status: 'U', old: undefined, fresh: unmergedSide(path) })
  for (const entry of index.entries) {
    if (entry.stage > 0 || entry.isSkipped || !filter.matches(entry.path)) continue
    const found = repo.workFile(entry.path)
    const file = found?.mode === MODE_TREE && entry.mode !== MODE_COMMIT ? undefined : found
    const old = entry.isIntent ? undefined : blobSide(repo.objects, entry.path, entry)
    if (file === undefined) out.push({ status: 'D', old: blobSide(repo.objects, entry.path, entry), fresh: undefined })
    else if (repo.isModified(entry, file)) {
      const mode = entry.mode === MODE_COMMIT ? MODE_COMMIT : repo.modeOf(file, entry.mode)
      out.push(changeOf(old, workSide(repo, entry.path, mode)))
    }
  }
  return out.toSorted((a, b) => byteOrder(pathOf(a), pathOf(b)))
}

/** Files that differ between a tree and the working tree, of those that are tracked. */
export function diffTreeWork(repo: Repository, tree: string | undefined, filter = ALL_PATHS): FileChange[] {
  const { objects, index } = repo
  const files = treeFiles(objects, tree)
  const out: FileChange[] = []
  for (const path of new Set([...files.keys(), ...index.entries.map((entry) => entry.path)])) {
    if (!filter.matches(path)) continue
    const old = files.get(path)
    const entry = index.get(path)
    const found = index.has(path) ? repo.workFile(path) : undefined
    const file = found?.mode === MODE_TREE && entry?.mode !== MODE_COMMIT ? undefined : found
    if (old === undefined && file === undefined) continue
    const oldSide = old === undefined ? undefined : blobSide(objects, path, old)
    if (file === undefined) {
      out.push(changeOf(oldSide, undefined))
      continue
    }
    const mode = entry?.mode === MODE_COMMIT ? MODE_COMMIT : repo.modeOf(file, entry?.mode)
    const isClean = entry !== undefined && !repo.isModified(entry, file)
    const oid = isClean ? entry.oid : repo.hashFile(path, mode)
    if (old?.oid === oid && old.mode === mode) continue
    out.push(changeOf(oldSide, isClean ? blobSide(objects, path, entry) : workSide(repo, path, mode)))
  }
  return out.toSorted((a, b) => byteOrder(pathOf(a), pathOf(b)))
}

/** The other way round. */
export function reversed(change: FileChange): FileChange {
  const status = change.status === 'A' ? 'D' : change.status === 'D' ? 'A' : change.status
  return { ...change, status, old: change.fresh, fresh: change.old }
}
