/** Where the workspace stands for the compiler, as in the shell. */
export const ROOT = '/workspace'
/** The compiler's own `lib.*.d.ts`. */
export const LIBRARY = '/lib'

/** A file as it is now. `hash` names its content. */
export interface ShelfFile {
  readonly path: string
  readonly hash: string
  readonly text: string
}

/** What makes one state of the files another. Paths are relative to the workspace. */
export interface ShelfDelta {
  readonly files: readonly ShelfFile[]
  readonly removed: readonly string[]
}

interface Folder {
  readonly files: Set<string>
  readonly folders: Set<string>
}

/** The workspace's files that a check may need, in memory, because the compiler asks for them in the middle of a function. */
export class Shelf {
  readonly #files = new Map<string, ShelfFile>()
  readonly #folders = new Map<string, Folder>([[ROOT, { files: new Set(), folders: new Set() }]])
  /** Grows with every change. */
  generation = 0
  /** Grows when a file came or went, or a description of a project changed: what belongs to which project is then another question. */
  structure = 0

  constructor(libraries: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(libraries)) this.#put({ path: `${LIBRARY}/${name}`, hash: name, text })
  }

  apply({ files, removed }: ShelfDelta): void {
    if (files.length + removed.length === 0) return
    this.generation += 1
    const isDescribed = [...files.map(({ path }) => path), ...removed].some((path) => path.endsWith('.json'))
    const came = files.some(({ path }) => !this.#files.has(`${ROOT}/${path}`))
    if (isDescribed || came || removed.length > 0) this.structure += 1
    for (const path of removed) this.#drop(`${ROOT}/${path}`)
    for (const file of files) this.#put({ ...file, path: `${ROOT}/${file.path}` })
  }

  /** @param path absolute, here and below */
  read(path: string): string | undefined {
    return this.#files.get(path)?.text
  }

  version(path: string): string {
    return this.#files.get(path)?.hash ?? ''
  }

  hasFile(path: string): boolean {
    return this.#files.has(path)
  }

  hasFolder(path: string): boolean {
    return this.#folders.has(trimmed(path))
  }

  /** Names in a folder. */
  entries(path: string): { readonly files: readonly string[]; readonly directories: readonly string[] } {
    const folder = this.#folders.get(trimmed(path))
    return { files: [...(folder?.files ?? [])].toSorted(), directories: [...(folder?.folders ?? [])].toSorted() }
  }

  /** Every file of the workspace, sorted. */
  paths(): readonly string[] {
    return [...this.#files.keys()].filter((path) => path.startsWith(`${ROOT}/`)).toSorted()
  }

  #put(file: ShelfFile): void {
    if (!this.#files.has(file.path)) {
      const { folder, name } = split(file.path)
      this.#folderAt(folder).files.add(name)
    }
    this.#files.set(file.path, file)
  }

  #folderAt(path: string): Folder {
    const known = this.#folders.get(path)
    if (known) return known
    const made: Folder = { files: new Set(), folders: new Set() }
    this.#folders.set(path, made)
    const { folder, name } = split(path)
    if (path !== '') this.#folderAt(folder).folders.add(name)
    return made
  }

  #drop(path: string): void {
    if (!this.#files.delete(path)) return
    const { folder, name } = split(path)
    const held = this.#folders.get(folder)
    held?.files.delete(name)
    this.#prune(folder)
  }

  #prune(path: string): void {
    const held = this.#folders.get(path)
    if (path === ROOT || !held || held.files.size + held.folders.size > 0) return
    this.#folders.delete(path)
    const { folder, name } = split(path)
    this.#folders.get(folder)?.folders.delete(name)
    this.#prune(folder)
  }
}

const trimmed = (path: string): string => (path.endsWith('/') ? path.slice(0, -1) : path)

function split(path: string): { readonly folder: string; readonly name: string } {
  const at = path.lastIndexOf('/')
  return { folder: path.slice(0, Math.max(at, 0)), name: path.slice(at + 1) }
}
