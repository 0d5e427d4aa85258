import { FsError } from '../../../shell/tree/fs-error'
import type { FileTree, NodeStat } from '../../../shell/tree/file-tree'
import { resolvePath } from '../../../shell/tree/tree-node'
import { bytesOf, globalBuffer, invalidArgument, type World } from './context'

/** `fs.Stats`. */
export class Stats {
  readonly dev = 1
  readonly uid = 1000
  readonly gid = 1000
  readonly rdev = 0
  readonly blksize = 4096
  readonly nlink: number
  readonly ino: number
  readonly mode: number
  readonly size: number
  readonly blocks: number
  readonly mtimeMs: number
  readonly atimeMs: number
  readonly ctimeMs: number
  readonly birthtimeMs: number
  readonly mtime: Date
  readonly atime: Date
  readonly ctime: Date
  readonly birthtime: Date
  readonly #type: NodeStat['type']

  constructor(stat: NodeStat) {
    this.#type = stat.type
    this.ino = stat.ino
    this.nlink = stat.nlink
    this.size = stat.size
    this.blocks = Math.ceil(stat.size / 512)
    this.mode = stat.mode | (stat.type === 'folder' ? 0o040000 : stat.type === 'link' ? 0o120000 : 0o100000)
    this.mtimeMs = stat.mtime
    this.atimeMs = stat.atime
    this.ctimeMs = this.birthtimeMs = stat.ctime
    this.mtime = new Date(stat.mtime)
    this.atime = new Date(stat.atime)
    this.ctime = this.birthtime = new Date(stat.ctime)
  }

  isFile = (): boolean => this.#type === 'file'
  isDirectory = (): boolean => this.#type === 'folder'
  isSymbolicLink = (): boolean => this.#type === 'link'
  isFIFO = (): boolean => false
  isSocket = (): boolean => false
  isBlockDevice = (): boolean => false
  isCharacterDevice = (): boolean => false
}

/** An entry of `readdir` with `withFileTypes`. */
export class Dirent {
  readonly name: string
  readonly parentPath: string
  readonly path: string
  readonly #type: NodeStat['type']

  constructor(name: string, folder: string, type: NodeStat['type']) {
    this.name = name
    this.parentPath = folder
    this.path = folder
    this.#type = type
  }

  isFile = (): boolean => this.#type === 'file'
  isDirectory = (): boolean => this.#type === 'folder'
  isSymbolicLink = (): boolean => this.#type === 'link'
}

/** An open folder: its entries one after the other. */
export class Dir {
  readonly path: string
  readonly #entries: Iterator<unknown>

  constructor(path: string, entries: Iterable<unknown>) {
    this.path = path
    this.#entries = entries[Symbol.iterator]()
  }

  readSync(): unknown {
    const { done, value } = this.#entries.next()
    return done === true ? null : value
  }

  read(callback?: (error: null, entry: unknown) => void): Promise<unknown> | undefined {
    const entry = Promise.resolve(this.readSync())
    if (callback === undefined) return entry
    void entry.then((found) => callback(null, found))
    return undefined
  }

  closeSync(): void {}

  close(): Promise<void> {
    return Promise.resolve()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown> {
    for (let entry = this.readSync(); entry !== null; entry = this.readSync()) yield entry
  }
}

type Options = Readonly<Record<string, unknown>>

/** Options as programs give them: an object, or only the encoding. */
export function optionsOf(value: unknown): Options {
  return typeof value === 'string' ? { encoding: value } : typeof value === 'object' && value !== null ? { ...value } : {}
}

/** A path as given (for messages) and as it is in the tree. */
export function pathOf(world: World, value: unknown): { readonly given: string; readonly at: string } {
  let given: string
  if (typeof value === 'string') given = value
  else if (value instanceof URL) given = decodeURIComponent(value.pathname)
  else if (value instanceof Uint8Array) given = new TextDecoder().decode(value)
  else throw invalidArgument('path', 'of type string or an instance of Buffer or URL', value)
  if (given.includes('\0'))
    throw Object.assign(new TypeError("The argument 'path' must be a string, Uint8Array, or URL without null bytes."), {
      code: 'ERR_INVALID_ARG_VALUE',
    })
  // The end slash is kept: it says that a folder is meant.
  return { given, at: given.endsWith('/') && given !== '/' ? `${resolvePath(world.cwd, given)}/` : resolvePath(world.cwd, given) }
}

export function decoded(bytes: Uint8Array, options: Options): unknown {
  const buffer = globalBuffer().from(bytes)
  const encoding = options['encoding']
  return typeof encoding === 'string' && encoding !== 'buffer' ? buffer.toString(encoding) : buffer
}

/** Runs an operation and words its failure with the path as the program gave it. */
export function guarded<Result>(syscall: string, given: string, work: () => Result): Result {
  try {
    return work()
  } catch (thrown) {
    if (thrown instanceof FsError && thrown.dest === undefined)
      throw new FsError(
        thrown.code,
        thrown.syscall === 'rm' || thrown.syscall === 'utime' ? syscall : thrown.syscall,
        thrown.path === undefined ? undefined : given,
      )
    throw thrown
  }
}

/** The synchronous half of `fs`, by name without `Sync`. The other two halves are made of it. */
export function fsOperations(world: World): Record<string, (...args: unknown[]) => unknown> {
  return { ...contentOperations(world), ...entryOperations(world), ...folderOperations(world), ...linkOperations(world) }
}

function contentOperations(world: World): Record<string, (...args: unknown[]) => unknown> {
  const { tree } = world
  const at = (value: unknown) => pathOf(world, value)
  const write = (target: unknown, data: unknown, given: unknown, append: boolean): void => {
    const options = optionsOf(given)
    const path = at(target)
    const bytes = bytesOf(data, options['encoding'])
    const flag = typeof options['flag'] === 'string' ? options['flag'] : append ? 'a' : 'w'
    const mode = typeof options['mode'] === 'number' ? options['mode'] : undefined
    guarded('open', path.given, () => {
      if (flag.includes('x') && tree.find(path.at) !== undefined) throw new FsError('EEXIST', 'open', path.at)
      const isNew = tree.find(path.at) === undefined
      if (flag.startsWith('a')) tree.appendFile(path.at, bytes, isNew ? mode : undefined)
      else tree.writeFile(path.at, bytes, isNew ? mode : undefined)
    })
  }
  return {
    readFile(target, given) {
      if (target === 0 || target === '/dev/stdin') return decoded(world.input.rest(), optionsOf(given))
      const path = at(target)
      return guarded('open', path.given, () => decoded(tree.readFile(path.at), optionsOf(given)))
    },
    writeFile(target, data, options) {
      if (target === 1 || target === 2) return world.write(target === 1 ? 'stdout' : 'stderr', bytesOf(data))
      return write(target, data, options, false)
    },
    appendFile: (target, data, options) => write(target, data, options, true),
    truncate(target, length) {
      const path = at(target)
      guarded('open', path.given, () => {
        const bytes = new Uint8Array(Number(length ?? 0))
        bytes.set(tree.readFile(path.at).subarray(0, bytes.length))
        tree.writeFile(path.at, bytes)
      })
    },
    copyFile(from, to, flags) {
      const source = at(from)
      const target = at(to)
      try {
        if (flags === 1 && tree.find(target.at) !== undefined) throw new FsError('EEXIST', 'copyfile')
        tree.writeFile(target.at, tree.readFile(source.at, 'copyfile'), tree.stat(source.at).mode)
      } catch (thrown) {
        if (thrown instanceof FsError) throw new FsError(thrown.code, 'copyfile', [source.given, target.given])
        throw thrown
      }
    },
  }
}

function entryOperations(world: World): Record<string, (...args: unknown[]) => unknown> {
  const { tree } = world
  const at = (value: unknown) => pathOf(world, value)
  return {
    unlink(target) {
      const path = at(target)
      guarded('unlink', path.given, () => tree.unlink(path.at))
    },
    rename(from, to) {
      const source = at(from)
      const target = at(to)
      try {
        tree.rename(source.at, target.at)
      } catch (thrown) {
        if (thrown instanceof FsError) throw new FsError(thrown.code, 'rename', [source.given, target.given])
        throw thrown
      }
    },
    stat: (target, given) =>
      statOrNothing(() => tree.stat(at(target).at), at(target).given, { syscall: 'stat', options: optionsOf(given) }),
    lstat: (target, given) =>
      statOrNothing(() => tree.lstat(at(target).at), at(target).given, { syscall: 'lstat', options: optionsOf(given) }),
    access(target, mode) {
      const path = at(target)
      guarded('access', path.given, () => {
        const node = tree.find(path.at)
        if (node === undefined) throw new FsError('ENOENT', 'access', path.at)
        if ((Number(mode ?? 0) & 1) !== 0 && node.type === 'file' && (node.mode & 0o111) === 0)
          throw new FsError('EACCES', 'access', path.at)
      })
    },
    chmod(target, mode) {
      const path = at(target)
      guarded('chmod', path.given, () => tree.chmod(path.at, typeof mode === 'string' ? Number.parseInt(mode, 8) : Number(mode)))
    },
    utimes(target, _atime, mtime) {
      const path = at(target)
      guarded('utime', path.given, () => tree.utimes(path.at, mtime instanceof Date ? mtime.getTime() : Number(mtime) * 1000))
    },
  }
}

function statOrNothing(
  stat: () => NodeStat,
  given: string,
  how: { readonly syscall: string; readonly options: Options },
): Stats | undefined {
  try {
    const found = guarded(how.syscall, given, () => new Stats(stat()))
    return how.options['bigint'] === true ? inBigints(found) : found
  } catch (thrown) {
    if (how.options['throwIfNoEntry'] === false && thrown instanceof FsError && thrown.code === 'ENOENT') return undefined
    throw thrown
  }
}

/** With `bigint: true` numbers come as such, and times to the nanosecond too. */
function inBigints(stats: Stats): Stats {
  const numbers = Object.entries(stats).flatMap(([key, value]) => (typeof value === 'number' ? [[key, BigInt(Math.floor(value))]] : []))
  const times = { mtime: stats.mtimeMs, atime: stats.atimeMs, ctime: stats.ctimeMs, birthtime: stats.birthtimeMs }
  const nanoseconds = Object.entries(times).map(([key, ms]) => [`${key}Ns`, BigInt(Math.round(ms * 1000)) * 1000n])
  return Object.assign(stats, Object.fromEntries([...numbers, ...nanoseconds]))
}

/** What stands in a folder: names or entries, of the folders below it too where asked. */
function list(tree: FileTree, path: { readonly given: string; readonly at: string }, options: Options): (string | Dirent)[] {
  const out: (string | Dirent)[] = []
  const visit = (folder: string, prefix: string): void => {
    for (const [name, node] of tree.readdir(folder)) {
      const below = prefix === '' ? name : `${prefix}/${name}`
      if (options['withFileTypes'] === true) out.push(new Dirent(name, prefix === '' ? path.given : `${path.given}/${prefix}`, node.type))
      else out.push(below)
      if (options['recursive'] === true && node.type === 'folder') visit(`${folder}/${name}`, below)
    }
  }
  visit(path.at, '')
  return out
}

function copy(tree: FileTree, from: string, to: string): void {
  const stat = tree.stat(from)
  if (stat.type !== 'folder') return tree.writeFile(to, tree.readFile(from), stat.mode)
  tree.mkdir(to, true)
  for (const [name] of tree.readdir(from)) copy(tree, `${from}/${name}`, `${to}/${name}`)
}

function folderOperations(world: World): Record<string, (...args: unknown[]) => unknown> {
  const { tree } = world
  const at = (value: unknown) => pathOf(world, value)
  return {
    mkdir(target, options) {
      const path = at(target)
      const first = guarded('mkdir', path.given, () => tree.mkdir(path.at.replace(/\/$/, ''), optionsOf(options)['recursive'] === true))
      // The first folder that was made, in the words in which it was asked for.
      const isRelative = typeof first === 'string' && !path.given.startsWith('/')
      return isRelative ? path.given.slice(0, path.given.length - (path.at.length - first.length)) : first
    },
    readdir(target, options) {
      const path = at(target)
      return guarded('scandir', path.given, () => list(tree, path, optionsOf(options)))
    },
    rmdir(target, options) {
      const path = at(target)
      guarded('rmdir', path.given, () =>
        optionsOf(options)['recursive'] === true ? tree.rm(path.at, { recursive: true }) : tree.rmdir(path.at),
      )
    },
    rm(target, given) {
      const path = at(target)
      const options = optionsOf(given)
      if (tree.find(path.at)?.type === 'folder' && options['recursive'] !== true) {
        throw Object.assign(new Error(`Path is a directory: rm returned EISDIR (is a directory) ${path.given}`), { code: 'ERR_FS_EISDIR' })
      }
      guarded('lstat', path.given, () => tree.rm(path.at, { recursive: options['recursive'] === true, force: options['force'] === true }))
    },
    cp(from, to, options) {
      const source = at(from)
      guarded('cp', source.given, () => {
        if (tree.stat(source.at).type === 'folder' && optionsOf(options)['recursive'] !== true)
          throw Object.assign(new Error(`Recursive option not enabled, cannot copy a directory: ${source.given}`), {
            code: 'ERR_FS_EISDIR',
          })
        copy(tree, source.at, at(to).at)
      })
    },
    mkdtemp(prefix) {
      const tail = Math.random().toString(36).slice(2, 8).padEnd(6, 'x')
      const { given, at: path } = at(prefix)
      guarded('mkdtemp', `${given}XXXXXX`, () => tree.mkdir(`${path}${tail}`))
      return `${given}${tail}`
    },
    opendir(target) {
      const path = at(target)
      return new Dir(
        path.given,
        guarded('opendir', path.given, () => list(tree, path, { withFileTypes: true })),
      )
    },
  }
}

function linkOperations(world: World): Record<string, (...args: unknown[]) => unknown> {
  const { tree } = world
  const at = (value: unknown) => pathOf(world, value)
  return {
    symlink(target, path) {
      const link = at(path)
      tree.symlink(String(target), link.at)
    },
    link(from, to) {
      const source = at(from)
      guarded('link', source.given, () => tree.link(source.at, at(to).at))
    },
    readlink(target) {
      const path = at(target)
      return guarded('readlink', path.given, () => tree.readlink(path.at))
    },
    realpath(target) {
      const path = at(target)
      return guarded('lstat', path.given, () => tree.realpath(path.at))
    },
  }
}
