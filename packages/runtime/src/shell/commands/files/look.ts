import { isFifo } from '../../streams/fifo'
import { descriptorNamed, DEVICE_PATHS } from '../../streams/open-path'
import { errnoText } from '../../tree/errno-text'
import { statOf } from '../../tree/file-tree'
import { FsError } from '../../tree/fs-error'
import type { TreeNode } from '../../tree/tree-node'
import { walk } from '../../tree/tree-walk'
import type { Call } from '../command'

/** The one user of the sandbox, and its group. */
export const USER = { name: 'user', id: 1000 } as const

/** Bytes that a disk gives to a file at a time. */
export const BLOCK = 4096

export type LookType = 'file' | 'folder' | 'link' | 'device' | 'pipe'

/** What there is at a path. Times are milliseconds. */
export interface Look {
  readonly type: LookType
  readonly size: number
  readonly mode: number
  readonly mtime: number
  readonly atime: number
  readonly ctime: number
  readonly ino: number
  readonly nlink: number
  /** Of a link. */
  readonly target?: string
  readonly node?: TreeNode
}

/** @throws FsError as `stat` does, or `lstat` where `follow` is false */
export function lookAt(call: Pick<Call, 'at' | 'file' | 'system'>, path: string, follow = true): Look {
  if (path === '') throw new FsError('ENOENT', 'stat', path)
  const full = call.at(path)
  const descriptor = descriptorNamed(full)
  if (descriptor !== undefined) return lookAtDescriptor(call, descriptor, path)
  const { node } = walk(call.system.tree.root, full, { follow: follow || path.endsWith('/'), syscall: 'stat' })
  if (node === undefined && DEVICE_PATHS.includes(full)) return device(full)
  if (node === undefined) throw new FsError('ENOENT', 'stat', path)
  if (node.type !== 'folder' && /\/\.?$/.test(path)) throw new FsError('ENOTDIR', 'stat', path)
  if (node.type === 'file' && DEVICE_PATHS.includes(full)) return device(full)
  return lookOf(node)
}

/** The same for a node that is in hand. */
export function lookOf(node: TreeNode): Look {
  if (node.type === 'file' && isFifo(node)) return { ...statOf(node), type: 'pipe', node }
  return { ...statOf(node), node, ...(node.type === 'link' ? { target: node.target } : {}) }
}

/** Undefined where there is nothing. */
export function lookFor(call: Pick<Call, 'at' | 'file' | 'system'>, path: string, follow = true): Look | undefined {
  try {
    return lookAt(call, path, follow)
  } catch (thrown) {
    if (failure(thrown).code === 'ENOENT' || failure(thrown).code === 'ENOTDIR' || failure(thrown).code === 'ELOOP') return undefined
    throw thrown
  }
}

function lookAtDescriptor(call: Pick<Call, 'file'>, descriptor: number, path: string): Look {
  const file = call.file(descriptor)
  if (file === undefined) throw new FsError('ENOENT', 'stat', path)
  if (file.node !== undefined) return lookOf(file.node)
  return { ...NOTHING, type: file.isTerminal ? 'device' : 'pipe', mode: file.isTerminal ? 0o620 : 0o600 }
}

const NOTHING = { size: 0, mtime: 0, atime: 0, ctime: 0, ino: 1, nlink: 1 } as const

function device(path: string): Look {
  return { ...NOTHING, type: 'device', mode: 0o666, ino: DEVICE_PATHS.indexOf(path) + 2 }
}

/** What was thrown, if it is a failed file operation; anything else goes on up. */
export function failure(thrown: unknown): FsError {
  if (thrown instanceof FsError) return thrown
  throw thrown
}

/** Words for a failed file operation. */
export function why(thrown: unknown): string {
  return errnoText(failure(thrown))
}

const TYPE_LETTERS: Readonly<Record<LookType, string>> = { file: '-', folder: 'd', link: 'l', device: 'c', pipe: 'p' }
/** `rwxr-xr-x` with the letters of setuid, setgid and sticky. */
export function permissions(mode: number): string {
  const letters = [0o400, 0o200, 0o100, 0o40, 0o20, 0o10, 4, 2, 1].map((bit, i) => ((mode & bit) === 0 ? '-' : 'rwx'.charAt(i % 3)))
  for (const [bit, at, letter] of [
    [0o4000, 2, 's'],
    [0o2000, 5, 's'],
    [0o1000, 8, 't'],
  ] as const)
    if ((mode & bit) !== 0) letters[at] = letters[at] === 'x' ? letter : letter.toUpperCase()
  return letters.join('')
}

/** `drwxr-xr-x`. */
export function modeText({ type, mode }: Pick<Look, 'type' | 'mode'>): string {
  return TYPE_LETTERS[type] + permissions(mode)
}

/** Type as `stat` and questions word it. */
export function typeWords({ type, size }: Pick<Look, 'type' | 'size'>): string {
  switch (type) {
    case 'file':
      return size === 0 ? 'regular empty file' : 'regular file'
    case 'folder':
      return 'directory'
    case 'link':
      return 'symbolic link'
    case 'device':
      return 'character special file'
    default:
      return 'fifo'
  }
}

/** Bytes on a disk of blocks. Short links live in their inode. */
export function diskBytes({ type, size }: Pick<Look, 'type' | 'size'>): number {
  if (type === 'device' || type === 'pipe' || (type === 'link' && size < 60)) return 0
  return Math.ceil(size / BLOCK) * BLOCK
}

/** A folder's path and a name in it. */
export function joinPath(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`
}

/** Names in a folder, by bytes. @throws FsError */
export function namesIn(call: Call, path: string): string[] {
  const look = lookAt(call, path)
  if (look.node?.type !== 'folder') throw new FsError('ENOTDIR', 'scandir', path)
  if ((look.mode & 0o400) === 0) throw new FsError('EACCES', 'scandir', path)
  return [...look.node.children.keys()].toSorted(byBytes)
}

/** Order of code points, which is that of the bytes. */
export function byBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

/** Surrogate pairs stand for what is above everything else; escaped bytes are below what UTF-8 leads with. */
function rank(unit: number): number {
  if (unit >= 0xdc80 && unit <= 0xdcff) return unit - 0xdc00 < 0xc2 ? 0x7f : 0xffff
  return unit >= 0xd800 && unit < 0xdc00 ? unit + 0x2800 : unit
}

/** Last name of a path as `basename` has it. */
export function lastName(path: string): string {
  const bare = path.replace(/\/+$/, '')
  return bare === '' ? (path === '' ? '' : '/') : bare.slice(bare.lastIndexOf('/') + 1)
}

/** What is before the last name, as `dirname` has it. */
export function folderName(path: string): string {
  const bare = path.replace(/\/+$/, '')
  const at = bare.lastIndexOf('/')
  if (at < 0) return bare === '' && path !== '' ? '/' : '.'
  return bare.slice(0, at).replace(/\/+$/, '') || '/'
}
