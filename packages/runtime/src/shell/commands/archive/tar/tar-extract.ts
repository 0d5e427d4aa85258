import { errnoText } from '../../../tree/errno-text'
import { MAX_FILE_BYTES } from '../../../tree/file-tree'
import { FsError } from '../../../tree/fs-error'
import type { TreeNode } from '../../../tree/tree-node'
import { Channel } from '../channel'
import { joinPath, lookFor, type Look } from '../../files/look'
import { curly } from '../../text/quotes'
import { checkFolder, trouble, warn, type Tar } from './tar-how'
import { listed } from './tar-list'
import { goesUp, named, unsafePrefix } from './tar-names'
import type { TarMember, TarReader } from './tar-reader'

/** Where a member goes. */
interface Target {
  /** As messages have it. */
  readonly name: string
  readonly path: string
}

interface LateLink {
  readonly path: string
  readonly link: string
  readonly mtime: number
  /** What stands there until all else is unpacked. */
  readonly node: TreeNode | undefined
}

/** Takes members out of an archive. */
export class TarUnpacker {
  readonly #tar: Tar
  readonly #reader: TarReader
  readonly #folders: { readonly path: string; readonly member: TarMember }[] = []
  /** Links that lead out, made last: nothing of the archive is written through them. */
  readonly #lateLinks: LateLink[] = []

  constructor(tar: Tar, reader: TarReader) {
    this.#tar = tar
    this.#reader = reader
  }

  /** Unpacks one member below a folder. */
  async take(member: TarMember, folder: string): Promise<void> {
    checkFolder(this.#tar, folder)
    const target = await this.targetOf(member, folder)
    if (target === undefined) return
    const { options } = this.#tar.tool
    await listed(this.#tar, member, options.has('show-transformed-names') ? target.name : member.name)
    if (options.has('to-stdout')) return this.#show(member)
    const command = options.value('to-command')
    if (command !== undefined) return this.#feed(member, target.name, command)
    try {
      await this.#make(member, target)
    } catch (thrown) {
      if (!(thrown instanceof FsError)) throw thrown
      await this.#failed(member, target, thrown)
    }
  }

  async #failed(member: TarMember, { name }: Target, error: FsError): Promise<void> {
    if (error.code === 'ENOSPC' || error.code === 'EFBIG') {
      const what = error.syscall === 'write' ? 'Cannot write' : member.kind === '5' ? 'Cannot mkdir' : 'Cannot open'
      return trouble(this.#tar, `${named(name)}: ${what}: ${errnoText(error)}`)
    }
    const what =
      member.kind === '1' ? `Cannot hard link to ${curly(member.link)}` : member.kind === '2' ? `Cannot create symlink to ${curly(member.link)}` : member.kind === '5' ? 'Cannot mkdir' : 'Cannot open' // prettier-ignore
    return trouble(this.#tar, `${named(name)}: ${what}: ${errnoText(error)}`)
  }

  /** Where it goes; undefined: nowhere, which was told where it is an error. */
  async targetOf(member: TarMember, folder: string): Promise<Target | undefined> {
    const { tool, strip, topLevel, transform } = this.#tar
    const isAbsolute = tool.options.has('absolute-names')
    let name = transform(member.name, 'name')
    if (!isAbsolute) name = await this.#safe(name, 'member names')
    if (!isAbsolute && goesUp(member.name)) {
      if (this.#tar.mode === 'extract') await trouble(this.#tar, `${named(member.name)}: Member name contains '..'`)
      return undefined
    }
    name = stripped(name, strip)
    if (topLevel !== undefined && name !== topLevel && !name.startsWith(`${topLevel}/`))
      name = joinPath(topLevel, name.replace(/^\.\//, ''))
    if (name === '') return undefined
    return { name, path: name.startsWith('/') ? name : joinPath(folder, name) }
  }

  async #safe(name: string, what: string): Promise<string> {
    const prefix = unsafePrefix(name)
    if (prefix !== '') {
      const message = `Removing leading \`${prefix}' from ${what}`
      if (!this.#tar.warned.has(message)) await warn(this.#tar, message)
      this.#tar.warned.add(message)
    }
    return name.slice(prefix.length) || (prefix === '' ? '' : '.')
  }

  async #show(member: TarMember): Promise<void> {
    if (member.kind !== '0' && member.kind !== '\0') return
    await this.#pour(member, (bytes) => this.#tar.tool.call.stdout.write(bytes))
  }

  /** Runs a command with the data of a member as its input. */
  async #feed(member: TarMember, name: string, command: string): Promise<void> {
    if (member.kind !== '0' && member.kind !== '\0') return
    const { call, out } = this.#tar.tool
    await out.flush()
    const channel = new Channel()
    const env = new Map([...call.env, ...variablesOf(member, name), ['TAR_ARCHIVE', this.#tar.archive]] satisfies [string, string][])
    const running = call.exec([command], { isScript: true, stdin: channel, env }).finally(() => channel.close())
    const [code] = await Promise.all([running, this.#pour(member, (bytes) => channel.write(bytes)).finally(() => channel.end())])
    if (code !== 0) await trouble(this.#tar, `Child returned status ${code}`)
  }

  /** Hands out the data of a member, holes as zeros. */
  async #pour(member: TarMember, write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    const { call } = this.#tar.tool
    const pieces = member.pieces ?? [{ at: 0, length: member.stored }]
    let at = 0
    let part: Uint8Array = new Uint8Array()
    const zeros = async (to: number): Promise<void> => {
      for (; at < to; at += Math.min(65_536, to - at)) {
        call.tick()
        await write(new Uint8Array(Math.min(65_536, to - at)))
      }
    }
    for (const piece of pieces) {
      await zeros(piece.at)
      for (let left = piece.length; left > 0;) {
        call.tick()
        if (part.length === 0) part = await this.#reader.data()
        if (part.length === 0) return
        const some = part.subarray(0, left)
        await write(some)
        left -= some.length
        at += some.length
        part = part.subarray(some.length)
      }
    }
    await zeros(member.size)
  }

  async #make(member: TarMember, target: Target): Promise<void> {
    const { tool } = this.#tar
    if (tool.options.has('unlink-first') && member.kind !== '5') this.#remove(target.path)
    const isFolder = member.kind === '5' || (member.kind === '0' && target.name.endsWith('/'))
    if (isFolder) return this.#makeFolder(member, target)
    if (!(await this.#isFree(member, target))) return
    this.#makeParents(target.path)
    const path = tool.call.at(target.path)
    if (member.kind === '0' || !/^[1-6]$/.test(member.kind)) {
      if (!/^[0-7\0]$/.test(member.kind))
        await warn(this.#tar, `${named(target.name)}: Unknown file type ${curly(member.kind)}, extracted as normal file`)
      return this.#makeFile(member, path)
    }
    if (member.kind === '1') return this.#makeHardLink(member, path)
    if (member.kind === '2') return this.#makeLink(member, path)
    return trouble(this.#tar, `${named(target.name)}: Cannot ${member.kind === '6' ? 'mkfifo' : 'mknod'}: Operation not permitted`)
  }

  /** What is in the way goes, unless it is to stay. */
  async #isFree(member: TarMember, target: Target): Promise<boolean> {
    const { tool } = this.#tar
    const { options } = tool
    const there = lookFor(tool.call, target.path, false)
    if (there === undefined) return true
    const how = options.last('keep-old-files', 'skip-old-files', 'keep-newer-files', 'overwrite')
    if (how === 'skip-old-files') {
      if (this.#tar.verbosity > 0) await warn(this.#tar, `${named(target.name)}: skipping existing file`)
      return false
    }
    if (how === 'keep-newer-files' && there.type !== 'folder' && there.mtime >= member.mtime * 1000) {
      await warn(this.#tar, `Current ${curly(target.name)} is newer or same age`)
      return false
    }
    if (how === 'keep-old-files') {
      const isOut = member.kind === '2' && leadsOut(member.link) && !options.has('absolute-names')
      if (member.kind === '1' && this.#isSameFile(member, there)) return false
      if (member.kind === '2' && there.target === member.link && !isOut) {
        await trouble(this.#tar, `${named(target.name)}: Cannot create symlink to ${curly(member.link)}: File exists`)
        return false
      }
      throw new FsError('EEXIST', 'open', target.path)
    }
    if (there.type === 'folder') return this.#clearFolder(member, target, there)
    const isKept = how === 'overwrite' && member.kind === '0' && there.type === 'file'
    if (!isKept && !(member.kind === '1' && this.#isSameFile(member, there))) this.#remove(target.path)
    return true
  }

  /** A folder makes way only when it is empty, or when all in it may go. */
  async #clearFolder({ kind }: TarMember, { path }: Target, { node }: Look): Promise<boolean> {
    const { tool } = this.#tar
    const isEmpty = node?.type === 'folder' && node.children.size === 0
    if (!isEmpty && !tool.options.has('recursive-unlink')) throw new FsError(kind === '1' ? 'EPERM' : 'EEXIST', 'open', path)
    tool.call.system.tree.rm(tool.call.at(path), { recursive: true })
    return true
  }

  #isSameFile(member: TarMember, there: Look): boolean {
    const other = lookFor(this.#tar.tool.call, this.#linkPath(member), false)
    return other?.node !== undefined && other.node === there.node
  }

  #remove(path: string): void {
    const { tool } = this.#tar
    const there = lookFor(tool.call, path, false)
    if (there !== undefined && there.type !== 'folder') tool.call.system.tree.unlink(tool.call.at(path))
  }

  #makeParents(path: string): void {
    const { call } = this.#tar.tool
    const folder = path.slice(0, Math.max(1, path.replace(/\/+$/, '').lastIndexOf('/')))
    const there = lookFor(call, folder)
    if (there === undefined) {
      for (const made of parentsOf(call.at(folder))) {
        if (call.system.tree.find(made) !== undefined) continue
        call.system.tree.mkdir(made)
        call.system.tree.chmod(made, 0o777 & ~call.umask)
      }
    } else if (there.type !== 'folder') throw new FsError('ENOTDIR', 'open', path)
  }

  #modeOf(mode: number): number {
    const { tool } = this.#tar
    const isExact = tool.options.last('same-permissions', 'no-same-permissions') === 'same-permissions'
    return isExact ? mode : mode & 0o777 & ~tool.call.umask
  }

  async #makeFolder(member: TarMember, target: Target): Promise<void> {
    const { tool } = this.#tar
    const there = lookFor(tool.call, target.path, false)
    const bare = target.path.replace(/(?<=.)\/+$/, '')
    const isLinked = there?.type === 'link' && tool.options.has('keep-directory-symlink') && lookFor(tool.call, bare)?.type === 'folder'
    if (there !== undefined && there.type !== 'folder' && !isLinked) {
      if (tool.options.last('keep-old-files', 'skip-old-files') !== undefined) throw new FsError('EEXIST', 'mkdir', bare)
      this.#remove(bare)
    } else if (there !== undefined) {
      if (tool.options.last('skip-old-files') !== undefined) {
        if (this.#tar.verbosity > 0) await warn(this.#tar, `${named(target.name.replace(/\/+$/, ''))}: skipping existing file`)
        return
      }
      if (!tool.options.has('no-overwrite-dir') && !tool.options.has('keep-old-files'))
        this.#folders.push({ path: tool.call.at(bare), member })
      return
    }
    this.#makeParents(bare)
    tool.call.system.tree.mkdir(tool.call.at(bare))
    this.#folders.push({ path: tool.call.at(bare), member })
  }

  async #makeFile(member: TarMember, path: string): Promise<void> {
    const { call, options } = this.#tar.tool
    if (member.size > MAX_FILE_BYTES) throw new FsError('EFBIG', 'write', path)
    const { tree } = call.system
    const mode = this.#modeOf(member.mode)
    // One array of the whole size, which the tree keeps as it is: nothing is copied twice.
    const bytes = new Uint8Array(member.size)
    let at = 0
    const end = (): void => {
      tree.writeFile(path, at === bytes.length ? bytes : bytes.slice(0, at), mode)
      if (!options.has('touch')) tree.utimes(path, member.mtime * 1000)
    }
    try {
      await this.#pour(member, (part) => {
        bytes.set(part, at)
        at += part.length
        return Promise.resolve()
      })
    } finally {
      // What came before the archive was cut stays.
      end()
    }
  }

  #linkPath(member: TarMember): string {
    const { tool, strip, transform } = this.#tar
    const name = transform(member.link, 'hard')
    const safe = tool.options.has('absolute-names') ? name : name.slice(unsafePrefix(name).length)
    const bare = stripped(safe, strip)
    const own = this.#tar.topLevel === undefined ? bare : joinPath(this.#tar.topLevel, bare)
    return own.startsWith('/') ? own : joinPath(this.#folderNow, own)
  }

  #folderNow = '/'

  /** Names of hard links are seen from here. */
  enter(folder: string): void {
    this.#folderNow = folder
  }

  async #makeHardLink(member: TarMember, path: string): Promise<void> {
    const { call, options } = this.#tar.tool
    if (!options.has('absolute-names')) await this.#safe(member.link, 'hard link targets')
    const from = call.at(this.#linkPath(member))
    if (lookFor(call, path, false) !== undefined) return
    const late = this.#lateLinks.find((one) => one.path === from)
    if (late === undefined) call.system.tree.link(from, path)
    else this.#later({ ...late, path })
  }

  #makeLink(member: TarMember, path: string): void {
    const { call, options } = this.#tar.tool
    const link = this.#tar.transform(member.link, 'symbolic')
    const late = { path, link, mtime: member.mtime, node: undefined }
    if (!options.has('absolute-names') && leadsOut(link)) return this.#later(late)
    call.system.tree.symlink(link, path)
    if (!options.has('touch')) call.system.tree.utimes(path, member.mtime * 1000, { follow: false })
    return undefined
  }

  #later(late: LateLink): void {
    const { tree } = this.#tar.tool.call.system
    tree.writeFile(late.path, new Uint8Array(), 0)
    this.#lateLinks.push({ ...late, node: tree.find(late.path) })
  }

  /** What had to wait: links that lead out, then modes and times of folders. */
  finish(): void {
    const { call, options } = this.#tar.tool
    const { tree } = call.system
    for (const { path, link, mtime, node } of this.#lateLinks) {
      // Something else of the archive may have taken the place.
      if (tree.find(path) !== node) continue
      tree.unlink(path)
      tree.symlink(link, path)
      if (!options.has('touch')) tree.utimes(path, mtime * 1000, { follow: false })
    }
    for (const { path, member } of this.#folders.toReversed()) {
      if (tree.find(path)?.type !== 'folder') continue
      tree.chmod(path, this.#modeOf(member.mode))
      if (!options.has('touch')) tree.utimes(path, member.mtime * 1000)
    }
  }
}

function leadsOut(link: string): boolean {
  return link.startsWith('/') || goesUp(link)
}

function stripped(name: string, count: number): string {
  let rest = name
  for (let i = 0; i < count; i++) {
    const at = rest.replace(/\/+$/, '').indexOf('/')
    if (at < 0) return ''
    rest = rest.slice(at).replace(/^\/+/, '')
  }
  return rest
}

function parentsOf(path: string): readonly string[] {
  const names = path.split('/').filter((name) => name !== '')
  return names.map((_, i) => `/${names.slice(0, i + 1).join('/')}`)
}

/** What a command of `--to-command` is told of a member. */
function variablesOf({ name: realName, mode, size, mtime, uid, gid, user, group }: TarMember, name: string): [string, string][] {
  const told = {
    FILENAME: name,
    REALNAME: realName,
    FILETYPE: 'f',
    MODE: mode.toString(8).padStart(4, '0'),
    SIZE: size,
    MTIME: mtime,
    UID: uid,
    GID: gid,
    UNAME: user,
    GNAME: group,
    VERSION: '1.34',
    VOLUME: 1,
    BLOCKING_FACTOR: 20,
  }
  return Object.entries(told).map(([key, value]) => [`TAR_${key}`, String(value)])
}
