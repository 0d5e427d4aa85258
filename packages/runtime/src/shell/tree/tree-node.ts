/** Times that are not those of the last writing. */
export interface NodeTimes {
  readonly atime?: number
  /** When mode, times or names were changed; holds as long as nothing was written since. */
  readonly ctime: number
  /** The time of writing that `ctime` goes with. */
  readonly mtime: number
}

/** What every node has for {@link touch}. */
export interface Traced {
  /** Folders that have it, once for each name. */
  parents?: FolderNode[]
  /** It, or something below it, changed since somebody last looked. */
  isTouched?: boolean
}

/** A regular file. `bytes` is replaced, never written into; `spare` says that the buffer behind it has room of our own. */
export interface FileNode extends Traced {
  readonly type: 'file'
  readonly ino: number
  bytes: Uint8Array
  mode: number
  mtime: number
  times?: NodeTimes
  /** Names that it has; 1 where not told. */
  links?: number
  spare: boolean
  /** A device: see {@link FileTree.device}. */
  write?: (bytes: Uint8Array) => void
  read?: () => Uint8Array
}

export interface FolderNode extends Traced {
  readonly type: 'folder'
  readonly ino: number
  readonly children: Map<string, TreeNode>
  mode: number
  mtime: number
  times?: NodeTimes
}

export interface LinkNode extends Traced {
  readonly type: 'link'
  readonly ino: number
  readonly target: string
  mode: number
  mtime: number
  times?: NodeTimes
}

export type TreeNode = FileNode | FolderNode | LinkNode

/** One change of a tree; paths are absolute and real. */
export type TreeOp =
  | { readonly type: 'write'; readonly path: string; readonly bytes: Uint8Array; readonly mode: number }
  | { readonly type: 'append'; readonly path: string; readonly bytes: Uint8Array; readonly mode: number }
  | { readonly type: 'mkdir'; readonly path: string }
  | { readonly type: 'remove'; readonly path: string }
  | { readonly type: 'rename'; readonly path: string; readonly to: string }
  | { readonly type: 'link'; readonly path: string; readonly from: string }
  | { readonly type: 'symlink'; readonly path: string; readonly target: string }
  | { readonly type: 'mode'; readonly path: string; readonly mode: number }
  | { readonly type: 'mtime'; readonly path: string; readonly mtime: number }

let inodes = 1

/** @param mode permission bits, 0644 when not given */
export function newFile(bytes: Uint8Array, mode = 0o644): FileNode {
  return { type: 'file', ino: inodes++, bytes, mode: mode & 0o7777, mtime: Date.now(), spare: false }
}

export function newFolder(): FolderNode {
  return { type: 'folder', ino: inodes++, children: new Map(), mode: 0o755, mtime: Date.now() }
}

export function newLink(target: string): LinkNode {
  return { type: 'link', ino: inodes++, target, mode: 0o777, mtime: Date.now() }
}

/** Last name of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Folder of an absolute path. */
export function parentName(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 1))
}

/** `path` seen from `from`, absolute, without `.`, `..` and doubled slashes. */
export function resolvePath(from: string, path: string): string {
  const out: string[] = []
  for (const name of (path.startsWith('/') ? path : `${from}/${path}`).split('/')) {
    if (name === '' || name === '.') continue
    if (name === '..') out.pop()
    else out.push(name)
  }
  return `/${out.join('/')}`
}
