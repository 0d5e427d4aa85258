import { bytesOf, joined, textOf } from '../../text'
import type { FileTree, NodeStat } from '../../tree/file-tree'
import { fatal } from './git-error'
import type { ObjectStore } from './object-store'
import { MODE_TREE, treeBytes, type TreeEntry } from './objects'
import { byteOrder, fromHex, sha1Hex, toHex } from './oid'
import { checkPath } from './safe-path'

/** A path in the index. Times are milliseconds. */
export interface IndexEntry {
  readonly path: string
  readonly stage: number
  readonly mode: number
  readonly oid: string
  readonly mtime: number
  readonly ino: number
  readonly size: number
  /** `add -N`: the path is to come. */
  readonly isIntent?: boolean
  readonly isSkipped?: boolean
  readonly isAssumed?: boolean
}

const NO_STAT = { mtime: 0, ino: 0, size: 0 }

/** What of a file's state tells that it was not changed. */
export function statFields(stat: NodeStat): { readonly mtime: number; readonly ino: number; readonly size: number } {
  return { mtime: stat.mtime, ino: stat.ino % 2 ** 32, size: stat.size % 2 ** 32 }
}

/** An entry that no file was compared with. */
export function bareEntry(path: string, mode: number, oid: string): IndexEntry {
  return { path, stage: 0, mode, oid, ...NO_STAT }
}

/** What is to be committed. */
export class IndexFile {
  /** When the file was written, 0 when there is none. */
  readonly writtenAt: number
  readonly #entries = new Map<string, IndexEntry>()
  #sorted: readonly IndexEntry[] | undefined
  /** Folders of all paths that are or were here, so that adding a path need not look at the others. */
  readonly #folders = new Set<string>()

  constructor(entries: readonly IndexEntry[] = [], writtenAt = 0) {
    for (const entry of entries) {
      this.#entries.set(`${entry.path}\0${entry.stage}`, entry)
      this.#noteFolders(entry.path)
    }
    this.writtenAt = writtenAt
  }

  /** Whether a file may have changed after its entry was noted without another time: git compares seconds. */
  isRacy({ mtime }: Pick<IndexEntry, 'mtime'>): boolean {
    return Math.floor(mtime / 1000) >= Math.floor(this.writtenAt / 1000)
  }

  static read(files: FileTree, path: string): IndexFile {
    const node = files.find(path)
    return node?.type === 'file' ? new IndexFile(parseIndex(node.bytes), node.mtime) : new IndexFile()
  }

  /** By path, then stage. */
  get entries(): readonly IndexEntry[] {
    this.#sorted ??= [...this.#entries.values()].toSorted((a, b) => byteOrder(a.path, b.path) || a.stage - b.stage)
    return this.#sorted
  }

  get(path: string, stage = 0): IndexEntry | undefined {
    return this.#entries.get(`${path}\0${stage}`)
  }

  /** @throws GitError for a path that would lead out of the working tree or into the repository */
  set(entry: IndexEntry): void {
    checkPath(entry.path)
    if (entry.stage === 0) for (const stage of [1, 2, 3]) this.#entries.delete(`${entry.path}\0${stage}`)
    else this.#entries.delete(`${entry.path}\0${0}`)
    this.#entries.set(`${entry.path}\0${entry.stage}`, entry)
    this.#noteFolders(entry.path)
    this.#sorted = undefined
  }

  /** Also takes away what cannot stand beside the path: files where it needs folders, and the other way round. */
  add(entry: IndexEntry): void {
    for (let at = entry.path.lastIndexOf('/'); at > 0; at = entry.path.lastIndexOf('/', at - 1)) this.remove(entry.path.slice(0, at))
    if (this.#folders.has(entry.path))
      for (const { path } of this.entries.filter((other) => other.path.startsWith(`${entry.path}/`))) this.remove(path)
    this.set(entry)
  }

  #noteFolders(path: string): void {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at)
      if (this.#folders.has(folder)) return
      this.#folders.add(folder)
    }
  }

  remove(path: string): boolean {
    let isGone = false
    for (const stage of [0, 1, 2, 3]) isGone = this.#entries.delete(`${path}\0${stage}`) || isGone
    if (isGone) this.#sorted = undefined
    return isGone
  }

  clear(): void {
    this.#entries.clear()
    this.#sorted = undefined
  }

  get isUnmerged(): boolean {
    return this.entries.some(({ stage }) => stage > 0)
  }

  /** Paths with conflicts. */
  get unmerged(): readonly string[] {
    return [...new Set(this.entries.flatMap(({ stage, path }) => (stage > 0 ? [path] : [])))]
  }

  has(path: string): boolean {
    return [0, 1, 2, 3].some((stage) => this.get(path, stage) !== undefined)
  }

  /** Whether anything below a folder is known. */
  hasBelow(folder: string): boolean {
    const prefix = `${folder}/`
    const all = this.entries
    let low = 0
    let high = all.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (byteOrder(all[middle]?.path ?? '', prefix) < 0) low = middle + 1
      else high = middle
    }
    return all[low]?.path.startsWith(prefix) ?? false
  }

  bytes(): Uint8Array {
    const parts: Uint8Array[] = [new Uint8Array(12)]
    let version = 2
    for (const entry of this.entries) {
      if (entry.isIntent || entry.isSkipped) version = 3
      parts.push(entryBytes(entry))
    }
    const head = new DataView(new ArrayBuffer(12))
    head.setUint32(0, 0x44495243)
    head.setUint32(4, version)
    head.setUint32(8, this.entries.length)
    parts[0] = new Uint8Array(head.buffer)
    const body = joined(parts)
    return joined([body, fromHex(sha1Hex(body))])
  }

  /** Writes the trees of what is in the index and gives the name of the root. @throws GitError while there are conflicts */
  writeTree(objects: ObjectStore): string {
    const build = (from: number, to: number, depth: number): string => {
      const lines: TreeEntry[] = []
      for (let i = from; i < to;) {
        const entry = this.entries[i]
        if (entry === undefined) break
        if (entry.stage > 0) fatal('index is unmerged')
        const end = entry.path.indexOf('/', depth)
        if (end < 0) {
          if (!entry.isIntent) lines.push({ mode: entry.mode, name: entry.path.slice(depth), oid: entry.oid })
          i += 1
          continue
        }
        const prefix = entry.path.slice(0, end + 1)
        let next = i + 1
        while (next < to && this.entries[next]?.path.startsWith(prefix)) next += 1
        const oid = build(i, next, end + 1)
        if (oid !== '') lines.push({ mode: MODE_TREE, name: entry.path.slice(depth, end), oid })
        i = next
      }
      return lines.length === 0 && depth > 0 ? '' : objects.write('tree', treeBytes(lines))
    }
    return build(0, this.entries.length, 0)
  }
}

function entryBytes(entry: IndexEntry): Uint8Array {
  const name = bytesOf(entry.path)
  const isWide = entry.isIntent || entry.isSkipped
  const head = isWide ? 64 : 62
  const bytes = new Uint8Array((head + name.length + 8) & ~7)
  const view = new DataView(bytes.buffer)
  const seconds = Math.floor(entry.mtime / 1000)
  const nanos = Math.round((entry.mtime - seconds * 1000) * 1e6)
  view.setUint32(0, seconds)
  view.setUint32(4, nanos)
  view.setUint32(8, seconds)
  view.setUint32(12, nanos)
  view.setUint32(20, entry.ino)
  view.setUint32(24, entry.mode)
  view.setUint32(36, entry.size)
  bytes.set(fromHex(entry.oid), 40)
  view.setUint16(60, Math.min(name.length, 0xfff) | (entry.stage << 12) | (isWide ? 0x4000 : 0) | (entry.isAssumed ? 0x8000 : 0))
  if (isWide) view.setUint16(62, (entry.isIntent ? 0x2000 : 0) | (entry.isSkipped ? 0x4000 : 0))
  bytes.set(name, head)
  return bytes
}

function parseIndex(bytes: Uint8Array): IndexEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 32 || view.getUint32(0) !== 0x44495243) fatal('index file corrupt')
  const version = view.getUint32(4)
  if (version > 3) fatal(`index file of version ${version} is not read in this sandbox`)
  const entries: IndexEntry[] = []
  let at = 12
  for (let left = view.getUint32(8); left > 0; left--) {
    const flags = view.getUint16(at + 60)
    const more = flags & 0x4000 ? view.getUint16(at + 62) : 0
    const start = at + (flags & 0x4000 ? 64 : 62)
    const end = bytes.indexOf(0, start)
    entries.push({
      path: textOf(bytes.subarray(start, end)),
      stage: (flags >> 12) & 3,
      mode: view.getUint32(at + 24),
      oid: toHex(bytes.subarray(at + 40, at + 60)),
      mtime: view.getUint32(at + 8) * 1000 + view.getUint32(at + 12) / 1e6,
      ino: view.getUint32(at + 20),
      size: view.getUint32(at + 36),
      ...(more & 0x2000 ? { isIntent: true } : {}),
      ...(more & 0x4000 ? { isSkipped: true } : {}),
      ...(flags & 0x8000 ? { isAssumed: true } : {}),
    })
    at += (end - at + 8) & ~7
  }
  return entries
}
