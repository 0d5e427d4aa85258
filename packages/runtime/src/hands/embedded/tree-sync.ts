import { modePermissions } from '@tabwright/protocol'
import { bytesOf, textOf } from '../../shell/text'
import type { FileTree } from '../../shell/tree/file-tree'
import { parentName, type FileNode, type FolderNode, type TreeNode } from '../../shell/tree/tree-node'
import type { Carried } from './messages'
import { bytesIn, packed, type CarriedFile, type Packed } from './packs'
import { ROOT } from './root'

/** A node as the host knows it. */
interface Known {
  readonly node: TreeNode
  /** Replaced, never written into: the same bytes are the same content. */
  readonly bytes: Uint8Array | undefined
  readonly mode: number
  readonly mtime: number
  /** The host has an entry of this path; of most folders it has none. */
  readonly isTold: boolean
  readonly children: Map<string, Known>
}

/** Changes of the workspace's files, from the host or for it. */
export interface FileChanges extends Packed {
  readonly removed: string[]
}

interface Found {
  readonly files: { readonly file: CarriedFile; readonly bytes: Uint8Array }[]
  readonly removed: string[]
}

/** Where a look is. */
interface Look {
  readonly path: string
  readonly found: Found
  /** Below a `node_modules`. */
  readonly isDerived: boolean
}

/** Left in the kernel but for what the host gave of it. */
const DERIVED = 'node_modules'

const EMPTY = new Uint8Array()
const FOLDER_MODE = modePermissions('folder')

/** Keeps the kernel's tree and the host's files in step. What was not touched is neither walked nor copied. */
export class TreeSync {
  readonly #tree: FileTree
  #known: Known | undefined

  constructor(tree: FileTree) {
    this.#tree = tree
  }

  /** Puts what the host changed into the tree. */
  receive(changes: {
    readonly files: readonly Carried[]
    readonly packs: readonly ArrayBuffer[]
    readonly removed: readonly string[]
  }): void {
    // What is in a folder before the folder.
    for (const path of changes.removed.toSorted((a, b) => b.length - a.length)) this.#remove(path)
    for (const file of changes.files.toSorted((a, b) => Number(b.mode === 'folder') - Number(a.mode === 'folder')))
      this.#put(file, bytesIn(changes.packs, file) ?? EMPTY)
  }

  /** What differs from what the host knows, taken as told. */
  changes(): FileChanges {
    const found: Found = { files: [], removed: [] }
    const root = this.#tree.find(ROOT)
    if (root?.type === 'folder') this.#known = this.#look(root, this.#known, { path: '', found, isDerived: false })
    else if (this.#known !== undefined) {
      gone(this.#known, '', found)
      this.#known = undefined
    }
    return { ...packed(found.files), removed: found.removed }
  }

  #remove(path: string): void {
    const at = `${ROOT}/${path}`
    const node = this.#tree.find(parentName(at))?.type === 'folder' ? nodeAt(this.#tree, at) : undefined
    // Its files have entries of their own: a folder goes when nothing is left in it.
    if (node?.type === 'folder' && node.children.size > 0) {
      const parent = this.#knownAt(path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '')
      const known = this.#knownAt(path)
      // Without an entry it is a folder like any other.
      node.mode = FOLDER_MODE
      if (known !== undefined) parent?.children.set(path.slice(path.lastIndexOf('/') + 1), { ...known, mode: FOLDER_MODE, isTold: false })
      return
    }
    if (node !== undefined) this.#tree.rm(at, { recursive: true })
    this.#forget(path)
    for (let folder = parentName(at); folder !== ROOT && isEmpty(this.#tree.find(folder)); folder = parentName(folder)) {
      const below = folder.slice(ROOT.length + 1)
      if (this.#knownAt(below)?.isTold === true) return
      this.#tree.rmdir(folder)
      this.#forget(below)
    }
  }

  #put(file: Carried, bytes: Uint8Array): void {
    const at = `${ROOT}/${file.path}`
    const permissions = file.permissions ?? modePermissions(file.mode)
    this.#tree.mkdir(parentName(at), true)
    const isFolder = file.mode === 'folder'
    // A folder that is there stays, with what is in it.
    if (!isFolder || nodeAt(this.#tree, at)?.type !== 'folder') this.#tree.rm(at, { recursive: true, force: true })
    if (isFolder) this.#tree.mkdir(at, true)
    else if (file.mode === 'symlink') this.#tree.symlink(textOf(bytes), at)
    else this.#tree.writeFile(at, bytes, permissions)
    const node = nodeAt(this.#tree, at)
    if (node === undefined) return
    if (node.type !== 'link') node.mode = permissions
    node.mtime = file.mtime
    this.#note(file.path, node)
  }

  /** The host knows of this node as it is. */
  #note(path: string, node: TreeNode): void {
    let folder = this.#tree.find(ROOT)
    if (folder?.type !== 'folder') return
    let known = (this.#known ??= knownOf(folder, false))
    const names = path.split('/')
    const last = names.pop() ?? ''
    for (const name of names) {
      folder = folder.children.get(name)
      if (folder?.type !== 'folder') return
      const child = known.children.get(name)
      const next: Known = child?.node === folder ? child : knownOf(folder, false)
      known.children.set(name, next)
      known = next
    }
    const before = known.children.get(last)
    known.children.set(last, { ...knownOf(node, true), ...(before?.node === node && { children: before.children }) })
  }

  #forget(path: string): void {
    const parent = this.#knownAt(path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '')
    parent?.children.delete(path.slice(path.lastIndexOf('/') + 1))
  }

  #knownAt(path: string): Known | undefined {
    let known = this.#known
    if (path !== '') for (const name of path.split('/')) known = known?.children.get(name)
    return known
  }

  #look(node: TreeNode, known: Known | undefined, on: Look): Known | undefined {
    const before = known?.node === node ? known : undefined
    if (node.type === 'folder') {
      // No mark: nothing below it changed.
      if (before !== undefined && node.isTouched !== true) return before
      node.isTouched = false
      return this.#lookInto(node, known, on)
    }
    if (node.type === 'file' && node.write !== undefined) return undefined
    // Of a file with two names the mark would be gone at the second.
    if (before !== undefined && isAsKnown(node, before)) return before
    for (const [name, child] of known?.children ?? []) gone(child, `${on.path}/${name}`, on.found)
    on.found.files.push({ file: carriedOf(node, on.path), bytes: node.type === 'file' ? node.bytes : bytesOf(node.target) })
    return knownOf(node, true)
  }

  #lookInto(node: FolderNode, known: Known | undefined, { path, found, isDerived }: Look): Known {
    const children = new Map<string, Known>()
    const below = path === '' ? '' : `${path}/`
    for (const [name, child] of node.children) {
      const isBrought = isDerived || name === DERIVED
      // What npm put there it can put there again: it is nobody's work, and thousands of files.
      if (isBrought && known?.children.get(name) === undefined) {
        unmark(child)
        continue
      }
      const now = this.#look(child, known?.children.get(name), { path: below + name, found, isDerived: isBrought })
      if (now !== undefined) children.set(name, now)
    }
    for (const [name, child] of known?.children ?? []) if (!node.children.has(name)) gone(child, below + name, found)
    const before = known?.node.type === 'folder' ? known : undefined
    const isTold = path !== '' && (before?.isTold === true || node.children.size === 0 || node.mode !== FOLDER_MODE)
    if (isTold && (before?.isTold !== true || before.mode !== node.mode)) found.files.push({ file: carriedOf(node, path), bytes: EMPTY })
    // A file stood here.
    if (known?.isTold === true && !isTold) found.removed.push(path)
    return { ...knownOf(node, isTold), children }
  }
}

/** As after a look: marks that stay would stop those that come. */
function unmark(node: TreeNode): void {
  if (node.isTouched !== true) return
  node.isTouched = false
  if (node.type === 'folder') for (const child of node.children.values()) unmark(child)
}

function isAsKnown(node: TreeNode, { bytes, mode, mtime }: Known): boolean {
  return node.mode === mode && node.mtime === mtime && (node.type !== 'file' || node.bytes === bytes)
}

function knownOf(node: TreeNode, isTold: boolean): Known {
  const { mode, mtime } = node
  return { node, bytes: node.type === 'file' ? node.bytes : undefined, mode, mtime, isTold, children: new Map() }
}

function gone(known: Known, path: string, found: Found): void {
  if (known.isTold) found.removed.push(path)
  for (const [name, child] of known.children) gone(child, path === '' ? name : `${path}/${name}`, found)
}

function carriedOf(node: TreeNode, path: string): CarriedFile {
  const mode = node.type === 'file' ? fileMode(node) : node.type === 'link' ? 'symlink' : 'folder'
  const usual = node.type === 'link' || node.mode === modePermissions(mode)
  return { path, mode, mtime: node.mtime, ...(!usual && { permissions: node.mode }) }
}

function fileMode(node: FileNode): 'file' | 'executable' {
  return (node.mode & 0o111) === 0 ? 'file' : 'executable'
}

/** What stands at a path itself, links not followed at its end. */
function nodeAt(tree: FileTree, path: string): TreeNode | undefined {
  const folder = tree.find(parentName(path))
  return folder?.type === 'folder' ? folder.children.get(path.slice(path.lastIndexOf('/') + 1)) : undefined
}

function isEmpty(node: TreeNode | undefined): boolean {
  return node?.type === 'folder' && node.children.size === 0
}
