import { textOf } from '../../text'
import { parentName } from '../../tree/tree-node'
import { treeFiles } from './diff/file-change'
import { GitError } from './git-error'
import { statFields, type IndexEntry } from './index-file'
import { MODE_COMMIT, MODE_EXEC, MODE_LINK, MODE_TREE } from './objects'
import { byteOrder } from './oid'
import type { Repository } from './repository'
import { checkPath } from './safe-path'
import { Ignore } from './ignore'

/** A blob and its mode. */
export interface FileAt {
  readonly mode: number
  readonly oid: string
}

/** Puts a file of the repository into the working tree and gives its entry for the index. */
export function writeWork(repo: Repository, path: string, at: FileAt): IndexEntry {
  checkPath(path)
  const full = repo.at(path)
  clearWay(repo, path)
  repo.files.mkdir(parentName(full), true)
  const existing = repo.workFile(path)
  if (at.mode === MODE_COMMIT) repo.files.mkdir(full, true)
  else {
    if (existing !== undefined) repo.files.rm(full, { recursive: true, force: true })
    const bytes = repo.objects.readAs(at.oid, 'blob')
    if (at.mode === MODE_LINK) repo.files.symlink(textOf(bytes), full)
    else repo.files.writeFile(full, repo.smudged(path, bytes), at.mode === MODE_EXEC ? 0o755 : 0o644)
  }
  return freshEntry(repo, path, at)
}

/** An entry whose times are those of the file. */
export function freshEntry(repo: Repository, path: string, at: FileAt): IndexEntry {
  const stat =
    at.mode === MODE_COMMIT
      ? { mtime: 0, ino: 0, size: 0 }
      : statFields({ ...repo.files.lstat(repo.at(path)), size: repo.workFile(path)?.size ?? 0 })
  return { path, stage: 0, mode: at.mode, oid: at.oid, ...stat }
}

/** Files that stand where folders are needed. */
function clearWay(repo: Repository, path: string): void {
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const file = repo.workFile(path.slice(0, at))
    if (file !== undefined && file.mode !== MODE_TREE) repo.files.rm(repo.at(path.slice(0, at)))
  }
}

/** Takes a file out of the working tree, and folders that became empty. */
export function removeWork(repo: Repository, path: string): void {
  const file = repo.workFile(path)
  if (file === undefined) return
  if (file.mode === MODE_TREE) {
    const node = repo.files.find(repo.at(path))
    if (node?.type === 'folder' && node.children.size === 0) repo.files.rmdir(repo.at(path))
    return
  }
  repo.files.rm(repo.at(path), { force: true })
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    const folder = repo.files.find(repo.at(path.slice(0, at)))
    if (folder?.type !== 'folder' || folder.children.size > 0) return
    repo.files.rmdir(repo.at(path.slice(0, at)))
  }
}

/** In whose words a refusal is told. */
export type MoveKind = 'checkout' | 'merge' | 'reset'

const ADVICE: Readonly<Record<MoveKind, string>> = { checkout: 'switch branches', merge: 'merge', reset: 'reset' }

/** @throws GitError that names what stands in the way */
export function refuse(kind: MoveKind, dirty: readonly string[], untracked: readonly string[]): never {
  const list = (paths: readonly string[]): string =>
    paths
      .toSorted(byteOrder)
      .map((path) => `\t${path}\n`)
      .join('')
  const parts: string[] = []
  if (dirty.length > 0)
    parts.push(
      `Your local changes to the following files would be overwritten by ${kind}:\n${list(dirty)}Please commit your changes or stash them before you ${ADVICE[kind]}.\n`,
    )
  if (untracked.length > 0)
    parts.push(
      `The following untracked working tree files would be overwritten by ${kind}:\n${list(untracked)}Please move or remove them before you ${ADVICE[kind]}.\n`,
    )
  throw new GitError(`${parts.map((part) => `error: ${part}`).join('')}Aborting`, { kind: 'plain', code: 1 })
}

/** What goes from one tree to another, the index and the working tree with it; local changes elsewhere stay. */
export interface Move {
  readonly from: string | undefined
  readonly to: string | undefined
  readonly kind: MoveKind
  readonly isForced?: boolean
  /** Paths that are set by someone else. */
  readonly skip?: ReadonlySet<string>
}

/** @throws GitError before anything was changed */
export function moveTree(repo: Repository, move: Move): void {
  const from = treeFiles(repo.objects, move.from)
  const to = treeFiles(repo.objects, move.to)
  const todo = planned(repo, { from, to }, move)
  for (const { path, at } of todo) if (at === undefined) dropPath(repo, path)
  for (const { path, at } of todo) if (at !== undefined) repo.index.add(writeWork(repo, path, at))
}

function dropPath(repo: Repository, path: string): void {
  removeWork(repo, path)
  repo.index.remove(path)
}

interface Sides {
  readonly from: ReadonlyMap<string, FileAt>
  readonly to: ReadonlyMap<string, FileAt>
}

function isSame(a: FileAt | undefined, b: FileAt | undefined): boolean {
  return a?.oid === b?.oid && a?.mode === b?.mode
}

function planned(repo: Repository, { from, to }: Sides, move: Move): { readonly path: string; readonly at: FileAt | undefined }[] {
  const ignore = new Ignore(repo)
  const todo: { path: string; at: FileAt | undefined }[] = []
  const dirty: string[] = []
  const untracked: string[] = []
  const paths = new Set([...from.keys(), ...to.keys(), ...(move.isForced ? repo.index.entries.map(({ path }) => path) : [])])
  for (const path of paths) {
    if (move.skip?.has(path)) continue
    const at = to.get(path)
    if (at !== undefined) checkPath(path)
    const entry = repo.index.get(path)
    if (move.isForced) {
      if (needsWrite(repo, path, at)) todo.push({ path, at })
      continue
    }
    if (isSame(from.get(path), at) || isSame(entry, at)) continue
    if (!isSame(entry, from.get(path)) || repo.index.has(path) !== (entry !== undefined)) dirty.push(path)
    else if (entry !== undefined && isDirty(repo, entry)) dirty.push(path)
    else if (entry === undefined && at !== undefined && isInTheWay(repo, { path, at }, ignore)) untracked.push(path)
    else todo.push({ path, at })
  }
  if (dirty.length > 0 || untracked.length > 0) refuse(move.kind, dirty, untracked)
  return todo
}

/** Whether a forced move has to touch a path. */
function needsWrite(repo: Repository, path: string, at: FileAt | undefined): boolean {
  const entry = repo.index.get(path)
  if (at === undefined) return repo.index.has(path)
  const file = repo.workFile(path)
  return entry === undefined || !isSame(entry, at) || file === undefined || repo.isModified(entry, file)
}

export function isDirty(repo: Repository, entry: IndexEntry): boolean {
  const file = repo.workFile(entry.path)
  return file !== undefined && file.mode !== MODE_TREE ? repo.isModified(entry, file) : false
}

/** Whether an untracked file with other contents would be lost. */
export function isInTheWay(repo: Repository, { path, at }: { readonly path: string; readonly at: FileAt }, ignore: Ignore): boolean {
  const file = repo.workFile(path)
  if (file === undefined) {
    for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      const above = repo.workFile(path.slice(0, slash))
      if (above !== undefined && above.mode !== MODE_TREE && !repo.index.has(path.slice(0, slash))) return true
    }
    return false
  }
  if (file.mode === MODE_TREE) return at.mode !== MODE_COMMIT && hasUntracked(repo, path)
  return !ignore.isIgnored(path, false)
}

function hasUntracked(repo: Repository, folder: string): boolean {
  const visit = (path: string): boolean => {
    const node = repo.files.find(repo.at(path))
    if (node?.type !== 'folder') return !repo.index.has(path)
    return [...node.children.keys()].some((name) => visit(`${path}/${name}`))
  }
  return visit(folder)
}
