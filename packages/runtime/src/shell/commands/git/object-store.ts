import { unzlibSync, zlibSync } from 'fflate'
import { bytesOf, joined, textOf } from '../../text'
import type { FileTree } from '../../tree/file-tree'
import { parentName } from '../../tree/tree-node'
import { fatal } from './git-error'
import { parseCommit, parseTag, parseTree, type Commit, type Tag, type TreeEntry } from './objects'
import { EMPTY_TREE, isObjectType, isOid, oidOf, type ObjectType } from './oid'
import { PackFile, type RawObject } from './pack-file'

/** The objects of a repository: loose files and packs. */
export class ObjectStore {
  readonly folder: string
  readonly #files: FileTree
  #packs: readonly PackFile[] | undefined
  #others: readonly ObjectStore[] | undefined
  #shallow: ReadonlySet<string> | undefined
  readonly #commits = new Map<string, Commit>()
  readonly #trees = new Map<string, readonly TreeEntry[]>()

  constructor(files: FileTree, folder: string) {
    this.#files = files
    this.folder = folder
  }

  get #alternates(): readonly ObjectStore[] {
    if (this.#others !== undefined) return this.#others
    const node = this.#files.find(`${this.folder}/info/alternates`)
    const lines = node?.type === 'file' ? textOf(node.bytes).split('\n') : []
    this.#others = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => new ObjectStore(this.#files, line))
    return this.#others
  }

  get packs(): readonly PackFile[] {
    if (this.#packs !== undefined) return this.#packs
    const folder = this.#files.find(`${this.folder}/pack`)
    const names = folder?.type === 'folder' ? [...folder.children.keys()].filter((name) => name.endsWith('.idx')) : []
    this.#packs = names.map((name) => {
      const pack = `${this.folder}/pack/${name.slice(0, -4)}.pack`
      return new PackFile(name, this.#files.readFile(`${this.folder}/pack/${name}`), () => this.#files.readFile(pack))
    })
    return this.#packs
  }

  /** Commits whose parents are not here, because a limited history ends at them. */
  get shallow(): ReadonlySet<string> {
    if (this.#shallow !== undefined) return this.#shallow
    const node = this.#files.find(`${parentName(this.folder)}/shallow`)
    this.#shallow = new Set(node?.type === 'file' ? textOf(node.bytes).split('\n').filter(isOid) : [])
    return this.#shallow
  }

  /** Notes where history ends; nothing: it is whole. */
  setShallow(oids: ReadonlySet<string>): void {
    const path = `${parentName(this.folder)}/shallow`
    if (oids.size > 0)
      this.#files.writeFile(
        path,
        bytesOf(
          [...oids]
            .toSorted()
            .map((oid) => `${oid}\n`)
            .join(''),
        ),
      )
    else this.#files.rm(path, { force: true })
    this.#shallow = undefined
    this.#commits.clear()
  }

  #loose(oid: string): string {
    return `${this.folder}/${oid.slice(0, 2)}/${oid.slice(2)}`
  }

  has(oid: string): boolean {
    if (this.#files.find(this.#loose(oid)) !== undefined) return true
    return this.packs.some((pack) => pack.find(oid) !== undefined) || this.#alternates.some((store) => store.has(oid))
  }

  find(oid: string): RawObject | undefined {
    const node = this.#files.find(this.#loose(oid))
    if (node?.type === 'file') return looseObject(node.bytes, oid)
    for (const pack of this.packs) {
      const offset = pack.find(oid)
      if (offset !== undefined) return pack.read(offset, (base) => this.read(base))
    }
    for (const store of this.#alternates) {
      const object = store.find(oid)
      if (object !== undefined) return object
    }
    return oid === EMPTY_TREE ? { type: 'tree', bytes: new Uint8Array() } : undefined
  }

  /** @throws GitError */
  read(oid: string): RawObject {
    return this.find(oid) ?? fatal(`unable to read ${oid}`)
  }

  /** @throws GitError when the object is of another kind */
  readAs(oid: string, type: ObjectType): Uint8Array {
    const object = this.read(oid)
    if (object.type !== type) fatal(`object ${oid} is a ${object.type}, not a ${type}`)
    return object.bytes
  }

  blobText(oid: string): string {
    return textOf(this.readAs(oid, 'blob'))
  }

  commit(oid: string): Commit {
    const known = this.#commits.get(oid)
    if (known !== undefined) return known
    const whole = parseCommit(oid, this.readAs(oid, 'commit'))
    const commit = this.shallow.has(oid) ? { ...whole, parents: [] } : whole
    this.#commits.set(oid, commit)
    return commit
  }

  tree(oid: string): readonly TreeEntry[] {
    const known = this.#trees.get(oid)
    if (known !== undefined) return known
    const tree = parseTree(this.readAs(oid, 'tree'))
    this.#trees.set(oid, tree)
    return tree
  }

  tag(oid: string): Tag {
    return parseTag(this.readAs(oid, 'tag'))
  }

  write(type: ObjectType, bytes: Uint8Array): string {
    const oid = oidOf(type, bytes)
    const path = this.#loose(oid)
    if (this.#files.find(path) !== undefined) return oid
    if (this.packs.length > 0 && this.has(oid)) return oid
    this.#files.mkdir(`${this.folder}/${oid.slice(0, 2)}`, true)
    this.#files.writeFile(path, zlibSync(joined([bytesOf(`${type} ${bytes.length}\0`), bytes]), { level: 1 }), 0o444)
    return oid
  }

  /** Keeps a pack that was made or received. */
  addPack(pack: { readonly pack: Uint8Array; readonly index: Uint8Array; readonly name: string }): void {
    this.#files.mkdir(`${this.folder}/pack`, true)
    this.#files.writeFile(`${this.folder}/pack/pack-${pack.name}.pack`, pack.pack, 0o444)
    this.#files.writeFile(`${this.folder}/pack/pack-${pack.name}.idx`, pack.index, 0o444)
    this.#packs = undefined
  }

  /** Forgets what was read of the packs, because they changed. */
  reload(): void {
    this.#packs = undefined
  }

  looseOids(): string[] {
    const root = this.#files.find(this.folder)
    if (root?.type !== 'folder') return []
    return [...root.children].flatMap(([name, node]) =>
      node.type === 'folder' && /^[0-9a-f]{2}$/.test(name) ? [...node.children.keys()].map((rest) => name + rest) : [],
    )
  }

  /** Every object there is, in order of its name. */
  allOids(): string[] {
    const packed = this.packs.flatMap((pack) => Array.from({ length: pack.count }, (_, i) => pack.oidAt(i)))
    const other = this.#alternates.flatMap((store) => store.allOids())
    return [...new Set([...this.looseOids(), ...packed, ...other])].toSorted()
  }

  /** Names that begin with some digits. */
  startingWith(prefix: string): string[] {
    const found = new Set<string>()
    const folder = this.#files.find(`${this.folder}/${prefix.slice(0, 2)}`)
    if (folder?.type === 'folder')
      for (const rest of folder.children.keys()) if ((prefix.slice(0, 2) + rest).startsWith(prefix)) found.add(prefix.slice(0, 2) + rest)
    for (const pack of this.packs) {
      const [from, to] = pack.range(Number.parseInt(prefix.slice(0, 2), 16))
      for (let i = from; i < to; i++) if (pack.oidAt(i).startsWith(prefix)) found.add(pack.oidAt(i))
    }
    for (const store of this.#alternates) for (const oid of store.startingWith(prefix)) found.add(oid)
    return [...found].toSorted()
  }

  /** The shortest name of at least so many digits that no other object shares. */
  abbreviate(oid: string, least = 7): string {
    for (let length = Math.max(4, Math.min(40, least)); length < 40; length++) {
      const short = oid.slice(0, length)
      if (this.startingWith(short).every((other) => other === oid)) return short
    }
    return oid
  }

  remove(oid: string): void {
    this.#files.rm(this.#loose(oid), { force: true })
    const folder = `${this.folder}/${oid.slice(0, 2)}`
    const node = this.#files.find(folder)
    if (node?.type === 'folder' && node.children.size === 0) this.#files.rmdir(folder)
  }

  removePack(name: string): void {
    for (const end of ['idx', 'pack']) this.#files.rm(`${this.folder}/pack/pack-${name}.${end}`, { force: true })
    this.#packs = undefined
  }

  /** Takes every stored file of another store over. Bytes of files are never changed, so nothing is copied. */
  copyAll(from: ObjectStore): void {
    const visit = (folder: string): void => {
      const node = this.#files.find(`${from.folder}${folder}`)
      if (node?.type !== 'folder') return
      this.#files.mkdir(this.folder + folder, true)
      for (const [name, child] of node.children) {
        if (child.type === 'folder') visit(`${folder}/${name}`)
        else if (child.type === 'file') this.#files.writeFile(`${this.folder}${folder}/${name}`, child.bytes, 0o444)
      }
    }
    visit('')
    this.reload()
  }
}

function looseObject(stored: Uint8Array, oid: string): RawObject {
  const all = unzlibSync(stored)
  const end = all.indexOf(0)
  const [type = ''] = textOf(all.subarray(0, end)).split(' ')
  if (!isObjectType(type)) fatal(`unable to parse ${oid} header`)
  return { type, bytes: all.subarray(end + 1) }
}
