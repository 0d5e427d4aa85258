import type { Process } from '../processes/process'
import type { System } from '../system'
import { FsError } from '../tree/fs-error'
import type { FileNode } from '../tree/tree-node'
import { walk } from '../tree/tree-walk'
import { isFifo, openFifo } from './fifo'
import { Device, TreeFile, type OpenFile, type OpenFlags } from './open-file'

const DESCRIPTOR = /^\/(?:dev|proc\/self)\/(?:fd\/(\d+)|(stdin|stdout|stderr))$/
const STANDARD = { stdin: 0, stdout: 1, stderr: 2 } as const
const ZEROS = 65_536

/** Devices by path. Each open makes a new one. */
const DEVICES: ReadonlyMap<string, (system: System) => OpenFile> = new Map<string, (system: System) => OpenFile>([
  ['/dev/null', () => new Device({ read: () => Promise.resolve(undefined), write: () => Promise.resolve() })],
  [
    '/dev/zero',
    () => new Device({ read: (max: number) => Promise.resolve(new Uint8Array(Math.min(max, ZEROS))), write: () => Promise.resolve() }),
  ],
  ['/dev/urandom', random],
  ['/dev/random', random],
  [
    '/dev/full',
    () =>
      new Device({
        read: (max: number) => Promise.resolve(new Uint8Array(Math.min(max, ZEROS))),
        write: () => Promise.reject(new FsError('ENOSPC', 'write')),
      }),
  ],
])

function random(system: System): OpenFile {
  return new Device({
    read: (max) => Promise.resolve(system.random(new Uint8Array(Math.min(max, ZEROS)))),
    write: () => Promise.resolve(),
  })
}

/** Paths that are open files and no files of the tree, for `ls /dev`, completion and tests. */
export const DEVICE_PATHS: readonly string[] = [...DEVICES.keys(), '/dev/stdin', '/dev/stdout', '/dev/stderr', '/dev/tty']

/** The descriptor that a path such as `/dev/fd/3` or `/dev/stdin` names. */
export function descriptorNamed(path: string): number | undefined {
  const match = DESCRIPTOR.exec(path)
  const [, digits, word] = match ?? []
  if (digits !== undefined) return Number(digits)
  return word === 'stdin' || word === 'stdout' || word === 'stderr' ? STANDARD[word] : undefined
}

/** Who opens. */
export interface Opener {
  readonly system: System
  readonly process: Process
}

/**
 * Opens an absolute path for a process. What it gives is held once, by the caller.
 * @throws FsError as `open` does
 */
export function openPath({ system, process }: Opener, path: string, flags: OpenFlags): OpenFile {
  const descriptor = descriptorNamed(path)
  if (descriptor !== undefined) {
    const file = process.files.get(descriptor)
    if (file === undefined) throw new FsError('ENOENT', 'open', path)
    file.retain()
    return file
  }
  const device = DEVICES.get(path)
  if (device !== undefined) return device(system)
  const node = fileAt(system, path, flags)
  return openFifo(node, flags) ?? new TreeFile(system.tree, node, flags)
}

function fileAt(system: System, path: string, flags: OpenFlags): FileNode {
  const place = walk(system.tree.root, path, { follow: true, syscall: 'open' })
  if (place.node !== undefined) {
    if (flags.exclusive) throw new FsError('EEXIST', 'open', path)
    if (place.node.type === 'folder') throw new FsError('EISDIR', 'open', path)
    if (place.node.type === 'link') throw new FsError('ELOOP', 'open', path)
    if (path.endsWith('/')) throw new FsError('ENOTDIR', 'open', path)
    if (isForbidden(place.node, flags)) throw new FsError('EACCES', 'open', path)
    if (flags.truncate && !isFifo(place.node)) system.tree.truncate(place.node, 0)
    return place.node
  }
  if (flags.create === undefined || place.parent === undefined) throw new FsError('ENOENT', 'open', path)
  if (path.endsWith('/')) throw new FsError('EISDIR', 'open', path)
  return system.tree.create(place, flags.create)
}

/** The shell's user is no root: permission bits of the owner hold. */
function isForbidden(file: FileNode, flags: OpenFlags): boolean {
  if (flags.read && (file.mode & 0o400) === 0) return true
  return Boolean(flags.write || flags.append) && (file.mode & 0o200) === 0
}
