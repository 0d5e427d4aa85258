import type { FolderNode } from '../../tree/tree-node'
import type { Ignore } from './ignore'
import { MODE_COMMIT } from './objects'
import { byteOrder } from './oid'
import type { Repository } from './repository'

/** What is to be listed. */
export interface ScanStyle {
  /** `normal`: a folder without tracked files is one line. */
  readonly mode: 'normal' | 'all'
  readonly wantsIgnored: boolean
  /** Folders without any file are listed too. */
  readonly showsEmpty?: boolean
  /** Rules to go by; undefined lists ignored files like others. */
  readonly ignore: Ignore | undefined
  tick(): void
}

export interface Untracked {
  readonly untracked: readonly string[]
  readonly ignored: readonly string[]
}

/** Files of the working tree that are not in the index. Folders end in a slash. */
export function scanUntracked(repo: Repository, style: ScanStyle): Untracked {
  return new Scan(repo, style).run()
}

class Scan {
  readonly #repo: Repository
  readonly #style: ScanStyle
  readonly #untracked: string[] = []
  readonly #ignored: string[] = []

  constructor(repo: Repository, style: ScanStyle) {
    this.#repo = repo
    this.#style = style
  }

  run(): Untracked {
    const root = this.#repo.files.find(this.#repo.root)
    if (root?.type === 'folder') this.#folder(root, '')
    return { untracked: this.#untracked.toSorted(byteOrder), ignored: this.#ignored.toSorted(byteOrder) }
  }

  #folder(folder: FolderNode, prefix: string): void {
    this.#style.tick()
    for (const [name, node] of folder.children) {
      if (name === '.git') continue
      const path = prefix + name
      if (node.type === 'folder') this.#inner(node, path)
      else if (!this.#repo.index.has(path)) this.#file(path)
    }
  }

  #file(path: string): void {
    if (!this.#style.ignore?.isIgnored(path, false)) this.#untracked.push(path)
    else if (this.#style.wantsIgnored) this.#ignored.push(path)
  }

  #inner(node: FolderNode, path: string): void {
    const { index } = this.#repo
    // A file of the index that is a folder now hides the folder's name, not what is in it.
    const there = index.has(path)
    if (there && (this.#style.mode === 'normal' || index.get(path)?.mode === MODE_COMMIT)) return
    const isTracked = index.hasBelow(path)
    const isIgnored = this.#style.ignore?.isIgnored(path, true) ?? false
    if (isTracked) return this.#folder(node, `${path}/`)
    if (isIgnored) {
      if (this.#style.wantsIgnored && hasFile(node)) {
        if (this.#style.mode === 'normal') this.#ignored.push(`${path}/`)
        else this.#allBelow(node, `${path}/`)
      }
      return
    }
    if (node.children.has('.git')) {
      this.#untracked.push(`${path}/`)
      return
    }
    if (this.#style.mode === 'all') return this.#folder(node, `${path}/`)
    const inner = new Scan(this.#repo, this.#style)
    inner.#folder(node, `${path}/`)
    if (inner.#untracked.length > 0) {
      this.#untracked.push(`${path}/`)
      this.#ignored.push(...inner.#ignored)
    } else if (inner.#ignored.length > 0) this.#ignored.push(`${path}/`)
    else if (this.#style.showsEmpty && !hasFile(node)) this.#untracked.push(`${path}/`)
  }

  #allBelow(folder: FolderNode, prefix: string): void {
    for (const [name, node] of folder.children) {
      if (node.type === 'folder') this.#allBelow(node, `${prefix}${name}/`)
      else this.#ignored.push(prefix + name)
    }
  }
}

function hasFile(folder: FolderNode): boolean {
  return [...folder.children.values()].some((node) => node.type !== 'folder' || hasFile(node))
}

/** What `ls-files --others --directory` tells. */
export interface FolderScan {
  readonly ignore: Ignore | undefined
  readonly wantsIgnored: boolean
  /** Folders without any file are not told. */
  readonly hidesEmpty: boolean
}

type Found = 'nothing' | 'ignored' | 'untracked'

/** Files that are not in the index; of a folder without tracked files its name alone, or what is ignored below it beside that. */
export function scanFolders(repo: Repository, style: FolderScan): readonly string[] {
  const scan = new FolderScanner(repo, style)
  const root = repo.files.find(repo.root)
  if (root?.type === 'folder') scan.folder(root, { prefix: '', isTold: true })
  return scan.paths.toSorted(byteOrder)
}

class FolderScanner {
  readonly paths: string[] = []
  readonly #repo: Repository
  readonly #style: FolderScan

  constructor(repo: Repository, style: FolderScan) {
    this.#repo = repo
    this.#style = style
  }

  /** Gives the weightiest of what is in a folder. */
  folder(folder: FolderNode, { prefix, isTold }: { readonly prefix: string; readonly isTold: boolean }): Found {
    let most: Found = 'nothing'
    for (const [name, node] of folder.children) {
      if (name === '.git') continue
      const path = prefix + name
      if (node.type !== 'folder' && this.#repo.index.has(path)) continue
      const isTracked = node.type === 'folder' && (this.#repo.index.hasBelow(path) || this.#repo.index.has(path))
      const found = isTracked
        ? this.folder(node, { prefix: `${path}/`, isTold })
        : node.type === 'folder'
          ? this.#untracked(node, path, isTold)
          : this.#kind(path, false)
      if (found === 'untracked' || most === 'nothing') most = isTracked ? most : found
      if (isTold && !isTracked && found === (this.#style.wantsIgnored ? 'ignored' : 'untracked'))
        this.paths.push(node.type === 'folder' ? `${path}/` : path)
    }
    return most
  }

  #kind(path: string, isFolder: boolean): 'ignored' | 'untracked' {
    return this.#style.ignore?.isIgnored(path, isFolder) ? 'ignored' : 'untracked'
  }

  #untracked(node: FolderNode, path: string, isTold: boolean): Found {
    const { wantsIgnored, hidesEmpty } = this.#style
    const kind = this.#kind(path, true)
    if (node.children.has('.git')) return kind
    if (!hidesEmpty && (kind === 'ignored' || !wantsIgnored)) return kind
    // Where empty folders are told, what is ignored below a folder stands beside its name.
    const inner = this.folder(node, { prefix: `${path}/`, isTold: isTold && !hidesEmpty })
    if (inner === 'nothing') return hidesEmpty ? 'nothing' : kind
    return kind === 'ignored' ? 'ignored' : inner
  }
}
