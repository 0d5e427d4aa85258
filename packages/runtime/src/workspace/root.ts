import { fail, type FileEntry } from '@tabwright/protocol'

/** A folder and what is in it. Changed only by the {@link Root} that made it, and only until another root shares it. */
interface Folder {
  readonly owner: object
  readonly children: Map<string, Node>
  /** It is kept by itself: while it is empty too, or because of its permissions. */
  entry: FileEntry | undefined
  /** All files in and below it, in order; made at the first question. */
  files: readonly FileEntry[] | undefined
}
type Node = FileEntry | Folder

/** A path that does not hold the same in two roots. */
interface Changed {
  readonly path: string
  readonly before: FileEntry | undefined
  readonly now: FileEntry | undefined
}

/**
 * All files of one moment. Folders are copied when they change and shared otherwise, so a copy of a root costs nothing, a change costs
 * its folders, and two roots are compared by what they do not share.
 */
export class Root {
  #top: Folder
  #owner: object = {}

  private constructor(top: Folder) {
    this.#top = top
  }

  static of(entries: Iterable<FileEntry>): Root {
    const root = new Root(folder({}))
    for (const entry of entries) root.put(entry)
    return root
  }

  /** The same files, from here on changed by itself. Costs the same for any number of files. */
  fork(): Root {
    // What both hold now belongs to neither.
    this.#owner = {}
    return new Root(this.#top)
  }

  /** The file at a path, or the folder that is kept by itself. */
  get(path: string): FileEntry | undefined {
    return entryOf(this.#node(path))
  }

  /** Files, sorted by path, by code unit: the same order on every machine. */
  files(): readonly FileEntry[] {
    return filesOf(this.#top)
  }

  /** Folders that are kept by themselves, in order. */
  folders(): readonly FileEntry[] {
    const found: FileEntry[] = []
    const visit = (at: Folder): void => {
      if (at.entry !== undefined) found.push(at.entry)
      for (const child of at.children.values()) if (isFolder(child)) visit(child)
    }
    visit(this.#top)
    return found.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  }

  /** Why an entry of this mode cannot stand at `path`, or undefined. A path is a file or a folder with files, never both. */
  obstacle(path: string, mode: FileEntry['mode']): string | undefined {
    let at: Node | undefined = this.#top
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      const name: string = path.slice(path.lastIndexOf('/', end - 1) + 1, end)
      at = at.children.get(name)
      if (at === undefined) return undefined
      if (!isFolder(at)) return `${path.slice(0, end)} is a file, so ${path} cannot be in it.`
    }
    const last = at.children.get(path.slice(path.lastIndexOf('/') + 1))
    const isFull = last !== undefined && isFolder(last) && last.children.size > 0
    return isFull && mode !== 'folder' ? `${path} is a folder.` : undefined
  }

  /** Whatever stood there goes. Ask for the {@link Root.obstacle} before. */
  put(entry: FileEntry): void {
    const names = entry.path.split('/')
    const last = names.pop() ?? ''
    let at = this.#ownTop()
    for (const name of names) at = this.#ownChild(at, name)
    if (entry.mode === 'folder') this.#ownChild(at, last).entry = entry
    else at.children.set(last, entry)
  }

  /** Takes away a file, or that a folder is kept by itself. Folders that are empty then go too. */
  remove(path: string): void {
    if (this.get(path) === undefined) return
    const names = path.split('/')
    const last = names.pop() ?? ''
    const trail: [Folder, string][] = []
    let at = this.#ownTop()
    for (const name of names) {
      trail.push([at, name])
      at = this.#ownChild(at, name)
    }
    const node = at.children.get(last)
    if (node !== undefined && isFolder(node) && node.children.size > 0) this.#ownChild(at, last).entry = undefined
    else at.children.delete(last)
    for (const [parent, name] of trail.toReversed()) {
      const child = parent.children.get(name)
      if (child === undefined || !isFolder(child) || child.children.size > 0 || child.entry !== undefined) return
      parent.children.delete(name)
    }
  }

  /** Paths that do not hold the same in both, in order. What both share is not looked at. */
  differing(other: Root, isSame: (a: FileEntry, b: FileEntry) => boolean = () => false): readonly string[] {
    return this.changes(other, isSame).map(({ path }) => path)
  }

  /** The same with what stands there, before in the other. */
  changes(other: Root, isSame: (a: FileEntry, b: FileEntry) => boolean = () => false): readonly Changed[] {
    const found: Changed[] = []
    const compare = (a: Node | undefined, b: Node | undefined, path: string): void => {
      if (a === b) return
      const [now, before] = [entryOf(a), entryOf(b)]
      if (now !== before && !(now !== undefined && before !== undefined && isSame(now, before))) found.push({ path, before, now })
      const [inA, inB] = [childrenOf(a), childrenOf(b)]
      const below = path === '' ? '' : `${path}/`
      for (const [name, child] of inA) compare(child, inB.get(name), below + name)
      for (const [name, child] of inB) if (!inA.has(name)) compare(undefined, child, below + name)
    }
    compare(this.#top, other.#top, '')
    return found.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  }

  #node(path: string): Node | undefined {
    let at: Node | undefined = this.#top
    let from = 0
    for (;;) {
      if (at === undefined || !isFolder(at)) return undefined
      const end = path.indexOf('/', from)
      at = at.children.get(end === -1 ? path.slice(from) : path.slice(from, end))
      if (end === -1) return at
      from = end + 1
    }
  }

  #ownTop(): Folder {
    this.#top = this.#owned(this.#top)
    return this.#top
  }

  #ownChild(parent: Folder, name: string): Folder {
    const child = parent.children.get(name)
    const own = child !== undefined && isFolder(child) ? this.#owned(child) : folder(this.#owner)
    if (own !== child) parent.children.set(name, own)
    return own
  }

  /** The folder, to be changed: its own, or a copy. */
  #owned(at: Folder): Folder {
    if (at.owner !== this.#owner) return { owner: this.#owner, children: new Map(at.children), entry: at.entry, files: undefined }
    at.files = undefined
    return at
  }
}

const NOTHING: ReadonlyMap<string, Node> = new Map()

function folder(owner: object): Folder {
  return { owner, children: new Map(), entry: undefined, files: undefined }
}

function isFolder(node: Node): node is Folder {
  return 'children' in node
}

function entryOf(node: Node | undefined): FileEntry | undefined {
  return node !== undefined && isFolder(node) ? node.entry : node
}

function childrenOf(node: Node | undefined): ReadonlyMap<string, Node> {
  return node !== undefined && isFolder(node) ? node.children : NOTHING
}

function filesOf(at: Folder): readonly FileEntry[] {
  if (at.files !== undefined) return at.files
  // With its slash a folder is where its files are in the order of whole paths: `a.txt` comes before `a/b`.
  const keyed = [...at.children].map(([name, node]) => [isFolder(node) ? `${name}/` : name, node] as const)
  const files: FileEntry[] = []
  for (const [, node] of keyed.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (!isFolder(node)) files.push(node)
    // No spread into the arguments of a call: those are limited.
    else for (const file of filesOf(node)) files.push(file)
  }
  at.files = files
  return files
}

/** @throws FailureError `not_found` */
export function missing(path: string): never {
  return fail('not_found', `There is no file ${path} in the workspace.`)
}
