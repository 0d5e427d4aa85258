import { textOf } from '../../text'
import type { FileTree } from '../../tree/file-tree'
import { parentName, resolvePath } from '../../tree/tree-node'
import { Attributes } from './attributes'
import { Config, type ConfigPlaces, expandHome } from './config'
import { fatal } from './git-error'
import { IndexFile, type IndexEntry } from './index-file'
import { hasCrlf, lineEnds, toRepository, toWork } from './line-ends'
import { ObjectStore } from './object-store'
import { MODE_COMMIT, MODE_EXEC, MODE_FILE, MODE_LINK, MODE_TREE } from './objects'
import { oidOf } from './oid'
import { RefStore } from './refs'
import { bytesOf } from '../../text'

/** Where a repository's parts are. */
export interface RepositoryDirs {
  readonly gitDir: string
  readonly commonDir: string
  readonly worktree: string | undefined
}

/** What a file of the working tree is for git; undefined where there is none. */
export interface WorkFile {
  readonly mode: number
  readonly mtime: number
  readonly size: number
  readonly ino: number
}

/** A repository as one command sees it. */
export class Repository {
  readonly files: FileTree
  readonly gitDir: string
  readonly commonDir: string
  readonly worktree: string | undefined
  readonly config: Config
  readonly objects: ObjectStore
  readonly refs: RefStore
  readonly #indexPath: string
  #index: IndexFile | undefined
  #attributes: Attributes | undefined

  constructor(files: FileTree, dirs: RepositoryDirs, places: Pick<ConfigPlaces, 'home' | 'xdg' | 'env' | 'overrides'>) {
    this.files = files
    this.gitDir = dirs.gitDir
    this.commonDir = dirs.commonDir
    const { gitDir, commonDir } = dirs
    this.refs = new RefStore(files, {
      gitDir,
      commonDir,
      isLogged: () => this.config.bool('core.logallrefupdates') ?? this.worktree !== undefined,
    })
    this.config = new Config(files, { ...places, gitDir, commonDir, branch: () => this.branch })
    const format = this.config.get('core.repositoryformatversion')
    if (Number(format ?? 0) > 1) fatal(`Expected git repo version <= 1, found ${format ?? ''}`)
    this.worktree = dirs.worktree === undefined ? undefined : this.#worktreeOf(dirs.worktree)
    this.objects = new ObjectStore(files, places.env.get('GIT_OBJECT_DIRECTORY') ?? `${commonDir}/objects`)
    const named = places.env.get('GIT_INDEX_FILE')
    this.#indexPath = named === undefined ? `${gitDir}/index` : resolvePath(this.worktree ?? gitDir, named)
  }

  #worktreeOf(found: string): string | undefined {
    const named = this.gitDir === this.commonDir ? this.config.get('core.worktree') : undefined
    return named === undefined ? found : resolvePath(this.gitDir, named)
  }

  /** Short name of the branch, also of one that has no commit; undefined when HEAD is detached. */
  get branch(): string | undefined {
    const target = this.refs.target('HEAD')
    return target?.startsWith('refs/heads/') ? target.slice(11) : undefined
  }

  /** The commit that HEAD names. */
  get head(): string | undefined {
    return this.refs.resolve('HEAD')
  }

  get headTree(): string | undefined {
    return this.head === undefined ? undefined : this.objects.commit(this.head).tree
  }

  /** @throws GitError in a bare repository */
  get root(): string {
    return this.worktree ?? fatal('this operation must be run in a work tree')
  }

  get index(): IndexFile {
    this.#index ??= IndexFile.read(this.files, this.#indexPath)
    return this.#index
  }

  /** The index as it stands in its file, which another command may have written. */
  readIndex(): IndexFile {
    return IndexFile.read(this.files, this.#indexPath)
  }

  get indexPath(): string {
    return this.#indexPath
  }

  /** Uses another index from now on. */
  replaceIndex(index: IndexFile): void {
    this.#index = index
  }

  saveIndex(): void {
    const { index } = this
    // Whoever reads the new file takes older times for proof, so entries that only look unchanged must not look so any more.
    for (const entry of index.entries) {
      if (entry.stage > 0 || !index.isRacy(entry) || entry.size === 0 || index.writtenAt === 0 || entry.mtime === 0) continue
      const file = this.workFile(entry.path)
      const isSame = file !== undefined && file.size === entry.size && file.mtime === entry.mtime
      if (isSame && this.hashFile(entry.path, entry.mode) !== entry.oid) index.set({ ...entry, size: 0 })
    }
    this.files.writeFile(this.#indexPath, index.bytes())
    this.#index = undefined
  }

  at(path: string): string {
    return path === '' ? this.root : `${this.root}/${path}`
  }

  /** What stands at a path of the working tree. Links on the way count as what they are. */
  workFile(path: string): WorkFile | undefined {
    const folder = path.lastIndexOf('/')
    if (folder > 0 && !this.#isRealFolder(path.slice(0, folder))) return undefined
    const parent = this.files.find(folder < 0 ? this.root : this.at(path.slice(0, folder)))
    if (parent?.type !== 'folder') return undefined
    const node = parent.children.get(path.slice(folder + 1))
    if (node === undefined) return undefined
    if (node.type === 'folder') return { mode: MODE_TREE, mtime: node.mtime, size: 0, ino: node.ino }
    if (node.type === 'link') return { mode: MODE_LINK, mtime: node.mtime, size: bytesOf(node.target).length, ino: node.ino }
    return { mode: node.mode & 0o100 ? MODE_EXEC : MODE_FILE, mtime: node.mtime, size: node.bytes.length, ino: node.ino }
  }

  #isRealFolder(path: string): boolean {
    let node = this.files.find(this.root)
    for (const name of path.split('/')) {
      if (node?.type !== 'folder') return false
      node = node.children.get(name)
    }
    return node?.type === 'folder'
  }

  /** What git would keep of a file of the working tree. */
  readWork(path: string): Uint8Array {
    const file = this.workFile(path)
    if (file?.mode === MODE_LINK) return bytesOf(this.files.readlink(this.at(path)))
    return this.cleaned(path, this.files.readFile(this.at(path)))
  }

  /** Contents of the working tree as they are kept: ends of lines are made alike. */
  cleaned(path: string, bytes: Uint8Array): Uint8Array {
    return toRepository(bytes, lineEnds(this.attributes.of(path), this.config), () => {
      const entry = this.index.get(path) ?? this.index.get(path, 2)
      return entry !== undefined && entry.mode !== MODE_COMMIT && hasCrlf(this.objects.readAs(entry.oid, 'blob'))
    })
  }

  /** Contents that are kept, as the working tree has them. */
  smudged(path: string, bytes: Uint8Array): Uint8Array {
    return toWork(bytes, lineEnds(this.attributes.of(path), this.config))
  }

  /** What `.gitattributes` say. */
  get attributes(): Attributes {
    this.#attributes ??= new Attributes(this.files, {
      root: this.worktree === '/' ? '' : this.worktree,
      info: `${this.commonDir}/info/attributes`,
      global: expandHome(this.config.get('core.attributesfile') ?? '~/.config/git/attributes', '/home/user'),
      staged: (path) => {
        const entry = this.index.get(path)
        return entry === undefined ? undefined : this.objects.readAs(entry.oid, 'blob')
      },
    })
    return this.#attributes
  }

  hashFile(path: string, mode: number): string {
    if (mode === MODE_COMMIT) return this.nestedHead(path) ?? ''
    return oidOf('blob', this.readWork(path))
  }

  /** The commit of a repository that lies in this one. */
  nestedHead(path: string): string | undefined {
    const dirs = dirsAt(this.files, this.at(path))
    if (dirs === undefined) return undefined
    return new RefStore(this.files, { ...dirs, isLogged: () => false }).resolve('HEAD')
  }

  /** Whether a file differs from its entry; contents are read only where the times cannot tell. */
  isModified(entry: IndexEntry, file: WorkFile): boolean {
    if (entry.isAssumed) return false
    if (entry.isIntent) return true
    if (entry.mode === MODE_COMMIT) return file.mode !== MODE_TREE || (this.nestedHead(entry.path) ?? entry.oid) !== entry.oid
    if (this.modeOf(file, entry.mode) !== entry.mode) return true
    const isFresh = file.mtime === entry.mtime && file.size === entry.size && file.ino % 2 ** 32 === entry.ino
    if (isFresh && !this.index.isRacy(entry)) return false
    if (file.size !== entry.size && entry.size !== 0) return true
    return this.hashFile(entry.path, entry.mode) !== entry.oid
  }

  /** The mode that git writes down for a file, `core.fileMode` heeded. */
  modeOf(file: WorkFile, known: number | undefined): number {
    if (file.mode !== MODE_LINK && file.mode !== MODE_TREE && this.config.bool('core.filemode') === false)
      return known === MODE_FILE || known === MODE_EXEC ? known : MODE_FILE
    return file.mode
  }
}

/** The repository whose working tree or folder `path` is. */
export function dirsAt(files: FileTree, path: string): RepositoryDirs | undefined {
  const inner = `${path === '/' ? '' : path}/.git`
  const node = files.find(inner)
  if (node?.type === 'folder' && isGitDir(files, inner)) return { gitDir: inner, commonDir: commonOf(files, inner), worktree: path }
  if (node?.type === 'file') {
    const match = /^gitdir: (.*?)\n*$/.exec(textOf(node.bytes)) ?? fatal(`invalid gitfile format: ${inner}`)
    const gitDir = resolvePath(path, match[1] ?? '')
    if (!isGitDir(files, gitDir)) fatal(`not a git repository: ${match[1] ?? ''}`)
    return { gitDir, commonDir: commonOf(files, gitDir), worktree: path }
  }
  if (isGitDir(files, path)) return { gitDir: path, commonDir: commonOf(files, path), worktree: undefined }
  return undefined
}

export function isGitDir(files: FileTree, path: string): boolean {
  if (files.find(`${path}/HEAD`)?.type !== 'file') return false
  const common = commonOf(files, path)
  return files.find(`${common}/objects`)?.type === 'folder' && files.find(`${common}/refs`)?.type === 'folder'
}

export function commonOf(files: FileTree, gitDir: string): string {
  const node = files.find(`${gitDir}/commondir`)
  return node?.type === 'file' ? resolvePath(gitDir, textOf(node.bytes).trim()) : gitDir
}

/** The nearest repository above a folder. */
export function discover(files: FileTree, from: string): RepositoryDirs | undefined {
  for (let at = from; ; at = parentName(at)) {
    const dirs = dirsAt(files, at)
    if (dirs !== undefined) {
      const isInside = dirs.worktree === undefined && at.endsWith('/.git')
      return isInside ? { ...dirs, worktree: undefined } : dirs
    }
    if (at === '/') return undefined
  }
}
