import { fail, type FileEntry } from '@tabwright/protocol'

/** Files by path. Never changed once shared: a draft that began on it still sees it after others moved on. */
export type Tree = ReadonlyMap<string, FileEntry>

/** How many files each folder holds, so that asking whether a path is a folder does not walk the tree. */
export class Folders {
  readonly #files = new Map<string, number>()

  constructor(paths: Iterable<string>) {
    for (const path of paths) this.add(path)
  }

  add(path: string): void {
    for (const folder of ancestors(path)) this.#files.set(folder, (this.#files.get(folder) ?? 0) + 1)
  }

  remove(path: string): void {
    for (const folder of ancestors(path)) {
      const left = (this.#files.get(folder) ?? 0) - 1
      if (left > 0) this.#files.set(folder, left)
      else this.#files.delete(folder)
    }
  }

  has(path: string): boolean {
    return this.#files.has(path)
  }
}

function* ancestors(path: string): Generator<string> {
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) yield path.slice(0, at)
}

/** Why a file cannot stand at `path`, or undefined. A path is a file or a folder, never both. */
export function obstacle(path: string, files: { has(path: string): boolean }, folders: Folders): string | undefined {
  if (folders.has(path)) return `${path} is a folder.`
  for (const folder of ancestors(path)) if (files.has(folder)) return `${folder} is a file, so ${path} cannot be in it.`
  return undefined
}

/** Files sorted by path, by code unit: the same order on every machine. */
export function sorted(entries: Iterable<FileEntry>): FileEntry[] {
  return [...entries].toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

export function missing(path: string): never {
  return fail('not_found', `There is no file ${path} in the workspace.`)
}
