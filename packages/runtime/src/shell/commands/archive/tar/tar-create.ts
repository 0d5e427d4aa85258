import { errnoText } from '../../../tree/errno-text'
import { FsError } from '../../../tree/fs-error'
import type { TreeNode } from '../../../tree/tree-node'
import { byBytes, joinPath, lookAt, USER, type Look } from '../../files/look'
import { checkFolder, trouble, warn, type Tar, type Wanted } from './tar-how'
import { BLOCK_BYTES, NameTooLong, writeHeader, type PaxTimes, type TarHeader } from './tar-header'
import { listed } from './tar-list'
import { named, unsafePrefix, type NameMatcher } from './tar-names'
import type { TarSink } from './tar-sink'

/** Puts files into an archive. */
export class TarPacker {
  readonly #tar: Tar
  readonly #sink: TarSink
  /** Names under which files of several names are in the archive, and how often they were met. */
  readonly #links = new Map<TreeNode, { readonly name: string; count: number; readonly nlink: number }>()
  #isExcluded: NameMatcher = () => false
  readonly #packed: { readonly path: string; readonly isFolder: boolean }[] = []
  /** What is in the archive already, for `-u`: times by name. */
  readonly known = new Map<string, number>()

  constructor(tar: Tar, sink: TarSink) {
    this.#tar = tar
    this.#sink = sink
  }

  async run(): Promise<void> {
    for (const wanted of this.#tar.wanted) {
      checkFolder(this.#tar, wanted.folder)
      await this.#top(wanted)
    }
    if (this.#tar.tool.options.has('check-links'))
      for (const { name, count, nlink } of this.#links.values())
        if (count < nlink) await warn(this.#tar, `Missing links to '${named(name)}'.`)
  }

  /** What was packed goes: `--remove-files`. */
  async removeFiles(): Promise<void> {
    const { tool } = this.#tar
    for (const { path, isFolder } of this.#packed.toReversed()) {
      try {
        if (isFolder) tool.call.system.tree.rmdir(path)
        else tool.call.system.tree.unlink(path)
      } catch (thrown) {
        if (!(thrown instanceof FsError)) throw thrown
        await trouble(this.#tar, `${named(path)}: Cannot ${isFolder ? 'rmdir' : 'unlink'}: ${errnoText(thrown)}`)
      }
    }
  }

  async #top({ name, folder, isRecursive, isExcluded }: Wanted): Promise<void> {
    if (isExcluded(name)) return
    this.#isExcluded = isExcluded
    const path = name.startsWith('/') ? name : joinPath(folder, name)
    await this.#pack({ name, path, isRecursive })
  }

  async #pack({ name, path, isRecursive }: { name: string; path: string; isRecursive: boolean }): Promise<void> {
    const { tool } = this.#tar
    tool.call.tick()
    const look = await this.#look(name, path)
    if (look === undefined) return
    const stored = await this.#storedName(name)
    if (look.type === 'folder') {
      if (this.#isWanted(look, stored, true))
        await this.#header({ stored: stored.endsWith('/') ? stored : `${stored}/`, look, kind: '5', path })
      if (isRecursive) await this.#folder(name, path, look)
      return
    }
    if (!this.#isWanted(look, stored, false)) return
    if (look.node !== undefined && look.node === this.#tar.archiveNode)
      return warn(this.#tar, `${named(name)}: file is the archive; not dumped`)
    if (look.type === 'link')
      return this.#entry({ stored, look, kind: '2', path, link: this.#tar.transform(look.target ?? '', 'symbolic') })
    if (look.type !== 'file') return warn(this.#tar, `${named(name)}: Unknown file type; file ignored`)
    const first = look.node === undefined ? undefined : this.#links.get(look.node)
    if (first !== undefined) first.count += 1
    if (first !== undefined) return this.#entry({ stored, look, kind: '1', path, link: first.name })
    if (this.#mayComeAgain(look) && look.node !== undefined)
      this.#links.set(look.node, { name: await this.#linkName(name), count: 1, nlink: look.nlink })
    return this.#file({ stored, look, path, name })
  }

  /** By another of its names, or by the same where several are told. */
  #mayComeAgain({ nlink }: Look): boolean {
    const { tool, wanted } = this.#tar
    if (tool.options.has('hard-dereference')) return false
    return nlink > 1 || (!tool.options.has('dereference') && (wanted.length > 1 || tool.options.has('files-from')))
  }

  async #linkName(name: string): Promise<string> {
    if (this.#tar.tool.options.has('absolute-names')) return this.#tar.transform(name, 'hard')
    const prefix = unsafePrefix(name)
    if (prefix !== '') await this.#once(`Removing leading \`${prefix}' from hard link targets`)
    return this.#tar.transform(name.slice(prefix.length), 'hard')
  }

  async #look(name: string, path: string): Promise<Look | undefined> {
    const { tool } = this.#tar
    try {
      return lookAt(tool.call, path, tool.options.has('dereference'))
    } catch (thrown) {
      if (!(thrown instanceof FsError)) throw thrown
      const isForgiven = tool.options.has('ignore-failed-read')
      await trouble(this.#tar, `${named(name)}: ${isForgiven ? 'Warning: ' : ''}Cannot stat: ${errnoText(thrown)}`, isForgiven ? 0 : 2)
      return undefined
    }
  }

  #isWanted(look: Look, stored: string, isFolder: boolean): boolean {
    const { newer, mode } = this.#tar
    if (newer !== undefined && !isFolder && look.mtime < newer.ms && (!newer.alsoStatus || look.ctime < newer.ms)) return false
    const before = mode === 'update' ? (this.known.get(stored) ?? this.known.get(`${stored}/`)) : undefined
    return before === undefined || Math.floor(look.mtime / 1000) > before
  }

  async #folder(name: string, path: string, look: Look): Promise<void> {
    const { tool } = this.#tar
    if (look.node?.type !== 'folder') return undefined
    if ((look.mode & 0o400) === 0) return trouble(this.#tar, `${named(name)}: Cannot open: Permission denied`)
    const names = [...look.node.children.keys()]
    for (const child of tool.options.value('sort') === 'name' ? names.toSorted(byBytes) : names) {
      const inner = joinPath(name, child)
      if (!this.#isExcluded(inner)) await this.#pack({ name: inner, path: joinPath(path, child), isRecursive: true })
    }
    return undefined
  }

  async #storedName(name: string): Promise<string> {
    const { tool, transform } = this.#tar
    if (tool.options.has('absolute-names')) return transform(name, 'name')
    const prefix = unsafePrefix(name)
    const rest = name.slice(prefix.length)
    if (prefix !== '') await this.#once(`Removing leading \`${prefix}' from member names`)
    if (rest === '') await this.#once("Substituting `.' for empty member name")
    return transform(rest === '' ? '.' : rest, 'name')
  }

  async #once(message: string): Promise<void> {
    if (this.#tar.warned.has(message)) return
    this.#tar.warned.add(message)
    await warn(this.#tar, message)
  }

  /** A member without data. */
  async #entry(member: Packing): Promise<void> {
    await this.#header(member)
  }

  /** False where its name does not fit, which was told. */
  async #header(member: Packing): Promise<boolean> {
    const { tar, header } = { tar: this.#tar, header: this.#headerOf(member) }
    try {
      const bytes = writeHeader(header, tar.format, this.#timesOf(member))
      // The listing has the file's own time, whatever the archive gets.
      await listed(tar, { ...header, mtime: Math.floor(member.look.mtime / 1000) }, header.name)
      await this.#sink.write(bytes)
      this.#packed.push({ path: tar.tool.call.at(member.path), isFolder: member.kind === '5' })
      return true
    } catch (thrown) {
      if (!(thrown instanceof NameTooLong)) throw thrown
      await trouble(tar, `${named(header.name)}: ${thrown.message}`)
      return false
    }
  }

  #headerOf({ stored, look, kind, link = '', size = 0 }: Packing): TarHeader {
    const { tool, owner, group, modeChange, mtime, format } = this.#tar
    const isFolder = look.type === 'folder'
    const isNumeric = tool.options.has('numeric-owner')
    const [user, groupName] = [owner?.name ?? USER.name, group?.name ?? USER.name]
    const at = mtime !== undefined && !(tool.options.has('clamp-mtime') && look.mtime <= mtime) ? mtime : look.mtime
    return {
      name: stored,
      kind,
      mode: modeChange?.({ mode: look.mode, isFolder, umask: tool.call.umask }) ?? look.mode,
      uid: owner?.id ?? USER.id,
      gid: group?.id ?? USER.id,
      size,
      mtime: Math.floor(at / 1000),
      link,
      user: isNumeric || format === 'v7' ? '' : user,
      group: isNumeric || format === 'v7' ? '' : groupName,
      major: 0,
      minor: 0,
    }
  }

  #timesOf({ look }: Packing): PaxTimes {
    const { mtime, paxDeleted } = this.#tar
    const text = (ms: number): string => {
      const fraction = ((ms % 1000) + 1000) % 1000
      return `${Math.floor(ms / 1000)}${fraction === 0 ? '' : `.${`${Math.floor(fraction)}`.padStart(3, '0').replace(/0+$/, '')}`}`
    }
    const kept = (key: string, ms: number): string | undefined => (paxDeleted.includes(key) ? undefined : text(ms))
    const own = mtime ?? look.mtime
    return {
      mtime: own % 1000 === 0 ? undefined : kept('mtime', own),
      atime: kept('atime', look.atime),
      ctime: kept('ctime', look.ctime),
    }
  }

  async #file({ stored, look, path, name }: { stored: string; look: Look; path: string; name: string }): Promise<void> {
    const { tool } = this.#tar
    try {
      const input = tool.call.open(path)
      const isPacked = await this.#header({ stored, look, kind: '0', path, size: look.size })
      let left = isPacked ? look.size : 0
      while (left > 0) {
        tool.call.tick()
        const part = await input.read(Math.min(left, 65_536))
        if (part === undefined) break
        await this.#sink.write(part)
        left -= part.length
      }
      input.close()
      if (left > 0) {
        await trouble(this.#tar, `${named(name)}: File shrank by ${left} bytes; padding with zeros`, 1)
        for (; left > 0; left -= Math.min(left, 65_536)) await this.#sink.write(new Uint8Array(Math.min(left, 65_536)))
      }
      if (isPacked) await this.#sink.write(new Uint8Array((BLOCK_BYTES - (look.size % BLOCK_BYTES)) % BLOCK_BYTES))
    } catch (thrown) {
      if (!(thrown instanceof FsError)) throw thrown
      await trouble(this.#tar, `${named(name)}: Cannot open: ${errnoText(thrown)}`)
    }
  }
}

/** One member on its way into the archive. */
interface Packing {
  readonly stored: string
  readonly look: Look
  readonly kind: string
  readonly path: string
  readonly link?: string
  readonly size?: number
}
