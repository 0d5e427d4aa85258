import { fail, type FileEntry } from '@tabwright/protocol'
import { VersionedMap, type View } from './versioned-map'

/** Files by path as they were at one moment: a draft that began on it still sees it after others moved on. */
export interface TreeView {
  readonly files: View<FileEntry>
  /** How many files each folder holds, so that asking whether a path is a folder does not walk the tree. */
  readonly folders: View<number>
}

/** What changes in a tree: `null` removes. */
export type TreeChanges = ReadonlyMap<string, FileEntry | null>

/** All files of a workspace. A change costs what it changes, whatever the tree holds. */
export class Tree {
  readonly #files: VersionedMap<FileEntry>
  readonly #folders: VersionedMap<number>

  constructor(entries: readonly FileEntry[]) {
    this.#files = new VersionedMap(entries.map((entry) => [entry.path, entry]))
    const counts = new Map<string, number>()
    for (const { path } of entries) countIn(counts, path, 1)
    this.#folders = new VersionedMap(counts)
  }

  get(path: string): FileEntry | undefined {
    return this.#files.get(path)
  }

  values(): Iterable<FileEntry> {
    return this.#files.values()
  }

  view(): TreeView {
    return { files: this.#files.view(), folders: this.#folders.view() }
  }

  change(changes: TreeChanges): void {
    const files = new Map<string, FileEntry | undefined>()
    const counts = new Map<string, number>()
    for (const [path, entry] of changes) {
      files.set(path, entry ?? undefined)
      const grown = Number(entry !== null) - Number(this.#files.has(path))
      if (grown !== 0) countIn(counts, path, grown)
    }
    this.#files.step(files)
    this.#folders.step(new Map([...counts].map(([path, count]) => [path, (this.#folders.get(path) ?? 0) + count || undefined])))
  }
}

/** A tree with changes on top of it, as far as the question goes what can stand where. */
export class Overlay {
  readonly #base: TreeView
  readonly #own: ReadonlyMap<string, unknown>
  readonly #counts = new Map<string, number>()

  /** @param own may grow, `null` for a path that is gone; a file that comes or goes is to be told with {@link Overlay.count} */
  constructor(base: TreeView, own: ReadonlyMap<string, unknown>) {
    this.#base = base
    this.#own = own
  }

  /** A file came (1) or went (-1). */
  count(path: string, by: 1 | -1): void {
    countIn(this.#counts, path, by)
  }

  /** Why a file cannot stand at `path`, or undefined. A path is a file or a folder, never both. */
  obstacle(path: string): string | undefined {
    if ((this.#base.folders.get(path) ?? 0) + (this.#counts.get(path) ?? 0) > 0) return `${path} is a folder.`
    for (const folder of ancestors(path)) if (this.#has(folder)) return `${folder} is a file, so ${path} cannot be in it.`
    return undefined
  }

  #has(path: string): boolean {
    const own = this.#own.get(path)
    return own === undefined ? this.#base.files.has(path) : own !== null
  }
}

function countIn(counts: Map<string, number>, path: string, by: number): void {
  for (const folder of ancestors(path)) counts.set(folder, (counts.get(folder) ?? 0) + by)
}

function* ancestors(path: string): Generator<string> {
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) yield path.slice(0, at)
}

/** Files sorted by path, by code unit: the same order on every machine. */
export function sorted(entries: Iterable<FileEntry>): FileEntry[] {
  return [...entries].toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

export function missing(path: string): never {
  return fail('not_found', `There is no file ${path} in the workspace.`)
}
