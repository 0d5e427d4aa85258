import { bytesOf, textOf } from '../../text'
import type { FileTree } from '../../tree/file-tree'
import { FsError } from '../../tree/fs-error'
import { parentName } from '../../tree/tree-node'
import { fatal } from './git-error'
import { parsePerson, personText, type Person } from './objects'
import { byteOrder, isOid, NULL_OID } from './oid'

/** One line of a reflog. */
export interface ReflogEntry {
  readonly from: string
  readonly to: string
  readonly who: Person
  readonly message: string
}

/** Why and by whom a ref is moved, for its log. */
export interface RefReason {
  readonly message: string
  readonly who: () => Person
}

const MAX_LINKS = 5

/** References of a repository. Those of one worktree are in `gitDir`, the others in `commonDir`. */
export class RefStore {
  readonly #files: FileTree
  readonly #gitDir: string
  readonly #commonDir: string
  readonly #isLogged: () => boolean

  constructor(files: FileTree, dirs: { readonly gitDir: string; readonly commonDir: string; readonly isLogged: () => boolean }) {
    this.#files = files
    this.#gitDir = dirs.gitDir
    this.#commonDir = dirs.commonDir
    this.#isLogged = dirs.isLogged
  }

  #base(name: string): string {
    const isOwn = !name.startsWith('refs/') || /^refs\/(bisect|worktree|rewritten)\//.test(name)
    return isOwn ? this.#gitDir : this.#commonDir
  }

  #text(path: string): string | undefined {
    const node = this.#files.find(path)
    return node?.type === 'file' ? textOf(node.bytes) : undefined
  }

  /** What stands behind the tags that are packed. */
  #peeled(): Map<string, string> {
    const peeled = new Map<string, string>()
    let last = ''
    for (const line of (this.#text(`${this.#commonDir}/packed-refs`) ?? '').split('\n')) {
      if (line.startsWith('^')) peeled.set(last, line.slice(1))
      else last = line.slice(0, 40)
    }
    return peeled
  }

  #packed(): Map<string, string> {
    const refs = new Map<string, string>()
    for (const line of (this.#text(`${this.#commonDir}/packed-refs`) ?? '').split('\n')) {
      const match = /^([0-9a-f]{40}) (.+)$/.exec(line)
      if (match !== null) refs.set(match[2] ?? '', match[1] ?? '')
    }
    return refs
  }

  #raw(name: string): string | undefined {
    if (!isInside(name)) return undefined
    return this.#text(`${this.#base(name)}/${name}`)?.trim() ?? this.#packed().get(name)
  }

  /** What a symbolic ref names. */
  target(name: string): string | undefined {
    const raw = this.#raw(name)
    return raw?.startsWith('ref:') ? raw.slice(4).trim() : undefined
  }

  /** The ref at the end of symbolic ones, whether it is there or not. */
  final(name: string): string {
    let at = name
    for (let links = 0; links < MAX_LINKS; links++) {
      const next = this.target(at)
      if (next === undefined) return at
      at = next
    }
    return at
  }

  /** The object that a ref names, symbolic ones followed. */
  resolve(name: string): string | undefined {
    const raw = this.#raw(this.final(name))
    const oid = raw?.split(/\s/)[0] ?? ''
    return isOid(oid) ? oid : undefined
  }

  /** All refs below a prefix that name an object, by name. */
  list(prefix = 'refs/'): [name: string, oid: string][] {
    const names = new Set([...this.#packed().keys()].filter((name) => name.startsWith(prefix)))
    const visit = (base: string, folder: string): void => {
      const node = this.#files.find(`${base}/${folder}`)
      if (node?.type !== 'folder') return
      for (const [name, child] of node.children) {
        if (child.type === 'folder') visit(base, `${folder}/${name}`)
        else if (`${folder}/${name}`.startsWith(prefix)) names.add(`${folder}/${name}`)
      }
    }
    visit(this.#commonDir, 'refs')
    if (this.#gitDir !== this.#commonDir) for (const own of ['refs/bisect', 'refs/worktree']) visit(this.#gitDir, own)
    return [...names].toSorted(byteOrder).flatMap((name): [string, string][] => {
      const oid = this.resolve(name)
      return oid === undefined ? [] : [[name, oid]]
    })
  }

  /** Moves a ref (the one that a symbolic one names) and says so in the logs. */
  update(name: string, oid: string, reason?: RefReason): void {
    const final = this.final(name)
    const old = this.resolve(final) ?? NULL_OID
    this.#check(final)
    this.#write(final, `${oid}\n`)
    if (reason === undefined) return
    this.log(final, { from: old, to: oid, who: reason.who(), message: reason.message })
    if (final !== name) this.log(name, { from: old, to: oid, who: reason.who(), message: reason.message })
    else if (this.target('HEAD') === final && name !== 'HEAD')
      this.log('HEAD', { from: old, to: oid, who: reason.who(), message: reason.message })
  }

  /** HEAD itself names an object from now on. */
  detach(oid: string, reason: RefReason): void {
    const old = this.resolve('HEAD') ?? NULL_OID
    this.#write('HEAD', `${oid}\n`)
    this.log('HEAD', { from: old, to: oid, who: reason.who(), message: reason.message })
  }

  symbolic(name: string, target: string, reason?: RefReason): void {
    const old = this.resolve(name) ?? NULL_OID
    this.#write(name, `ref: ${target}\n`)
    const oid = this.resolve(target)
    if (reason !== undefined && oid !== undefined) this.log(name, { from: old, to: oid, who: reason.who(), message: reason.message })
  }

  #check(name: string): void {
    const parts = name.split('/')
    for (let i = 1; i < parts.length; i++) {
      const folder = parts.slice(0, i).join('/')
      if (folder !== 'refs' && this.#raw(folder) !== undefined && folder.startsWith('refs/'))
        fatal(`cannot lock ref '${name}': '${folder}' exists; cannot create '${name}'`)
    }
    const below = this.list(`${name}/`)[0]
    if (below !== undefined) fatal(`cannot lock ref '${name}': '${below[0]}' exists; cannot create '${name}'`)
  }

  #write(name: string, text: string): void {
    // Whoever asks has looked at the name; a file of the repository itself must not depend on that.
    if (!isInside(name)) fatal(`refusing to update ref with bad name '${name}'`)
    const path = `${this.#base(name)}/${name}`
    this.#files.mkdir(parentName(path), true)
    if (this.#files.find(path)?.type === 'folder') this.#files.rm(path, { recursive: true })
    this.#files.writeFile(path, bytesOf(text))
  }

  /** Takes a ref away, with its log. */
  remove(name: string): boolean {
    if (!isInside(name)) fatal(`refusing to update ref with bad name '${name}'`)
    const had = this.#raw(name) !== undefined
    this.#drop(`${this.#base(name)}/${name}`)
    const packed = this.#packed()
    if (packed.delete(name)) this.writePacked(packed)
    this.removeLog(name)
    this.#prune(`${this.#base(name)}/${name}`)
    return had
  }

  removeLog(name: string): void {
    this.#drop(`${this.#base(name)}/logs/${name}`)
    this.#prune(`${this.#base(name)}/logs/${name}`)
  }

  /** Folders that became empty go, except the three that are always there. */
  #prune(path: string): void {
    for (let at = parentName(path); !/\/refs(\/(heads|tags|remotes))?$/.test(at) && at.includes('/refs/'); at = parentName(at)) {
      const node = this.#files.find(at)
      if (node?.type !== 'folder' || node.children.size > 0) return
      this.#files.rmdir(at)
    }
  }

  /** Writes refs into one file; those of it that had files of their own lose them. */
  pack(refs: ReadonlyMap<string, string>, peel: (oid: string) => string | undefined, isPruned: boolean): void {
    const all = new Map([...this.#packed(), ...refs])
    this.writePacked(all, peel)
    if (!isPruned) return
    for (const name of refs.keys()) {
      this.#drop(`${this.#base(name)}/${name}`)
      this.#prune(`${this.#base(name)}/${name}`)
    }
  }

  writePacked(refs: ReadonlyMap<string, string>, peel?: (oid: string) => string | undefined): void {
    const known = this.#peeled()
    const lines = [...refs]
      .toSorted(([a], [b]) => byteOrder(a, b))
      .map(([name, oid]) => {
        const behind = known.get(oid) ?? peel?.(oid)
        return `${oid} ${name}\n${behind === undefined ? '' : `^${behind}\n`}`
      })
    this.#files.writeFile(`${this.#commonDir}/packed-refs`, bytesOf(`# pack-refs with: peeled fully-peeled sorted \n${lines.join('')}`))
  }

  hasLog(name: string): boolean {
    return this.#files.find(`${this.#base(name)}/logs/${name}`)?.type === 'file'
  }

  log(name: string, entry: ReflogEntry): void {
    const path = `${this.#base(name)}/logs/${name}`
    const isKept = name === 'HEAD' || /^refs\/(heads|remotes|notes)\//.test(name)
    if (this.#files.find(path) === undefined && !(isKept && this.#isLogged())) return
    this.#files.mkdir(parentName(path), true)
    const message = entry.message.replace(/\s*\n\s*/g, ' ').trim()
    this.#files.appendFile(path, bytesOf(logLine({ ...entry, message })))
  }

  /** The oldest first. */
  reflog(name: string): ReflogEntry[] {
    const text = this.#text(`${this.#base(name)}/logs/${name}`) ?? ''
    return text.split('\n').flatMap((line) => {
      const match = /^([0-9a-f]{40}) ([0-9a-f]{40}) ([^\t]*)\t?(.*)$/.exec(line)
      if (match === null) return []
      return [{ from: match[1] ?? '', to: match[2] ?? '', who: parsePerson(match[3] ?? ''), message: match[4] ?? '' }]
    })
  }

  writeLog(name: string, entries: readonly ReflogEntry[]): void {
    const path = `${this.#base(name)}/logs/${name}`
    this.#files.mkdir(parentName(path), true)
    this.#files.writeFile(path, bytesOf(entries.map(logLine).join('')))
  }

  /** Moves a ref and its log. */
  rename(from: string, to: string, reason: RefReason): void {
    const oid = this.resolve(from)
    if (oid === undefined) fatal(`refname ${from} not found`)
    const entries = this.hasLog(from) ? this.reflog(from) : []
    this.remove(from)
    this.update(to, oid)
    if (entries.length > 0) this.writeLog(to, entries)
    this.log(to, { from: oid, to: oid, who: reason.who(), message: reason.message })
  }

  /** A file of one line beside the refs, such as `MERGE_HEAD`. */
  special(name: string): string | undefined {
    return this.#text(`${this.#gitDir}/${name}`)
  }

  setSpecial(name: string, text: string | undefined): void {
    const path = `${this.#gitDir}/${name}`
    if (text === undefined) return this.#drop(path)
    this.#files.mkdir(parentName(path), true)
    this.#files.writeFile(path, bytesOf(text))
  }

  #drop(path: string): void {
    try {
      this.#files.rm(path, { force: true, recursive: true })
    } catch (thrown) {
      if (!(thrown instanceof FsError && thrown.code === 'ENOENT')) throw thrown
    }
  }
}

function logLine({ from, to, who, message }: ReflogEntry): string {
  return `${from} ${to} ${personText(who)}${message === '' ? '' : `\t${message}`}\n`
}

/** Whether the file of a name lies where its refs do. */
function isInside(name: string): boolean {
  return name !== '' && !name.startsWith('/') && !name.split('/').includes('..')
}

/** Whether git takes a name for a ref below `refs/`. */
export function isRefName(name: string): boolean {
  if (name === '' || name === '@' || name.startsWith('/') || name.endsWith('/') || name.endsWith('.')) return false
  if (/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\//.test(name)) return false
  return name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'))
}

/** Whether a branch can be called so. */
export function isBranchName(name: string): boolean {
  return !name.startsWith('-') && name !== 'HEAD' && isRefName(name)
}
