import { fileId } from './file-tree'

/** What the person is asked before something of the tree is done. A folder's path ends in `/`. */
export type TreeWish =
  | { readonly type: 'new-file' | 'new-folder'; readonly folder: string }
  | { readonly type: 'rename'; readonly path: string }
  /** A folder: with how many files. */
  | { readonly type: 'remove'; readonly path: string; readonly files: number }

/** Without the slash that a folder's path ends in. */
export const bare = (path: string): string => path.replace(/\/$/, '')

/** The last part of a path. */
export const nameOf = (path: string): string => bare(path).slice(bare(path).lastIndexOf('/') + 1)

/** The folder that something is in, ending in `/`; empty at the top. */
export const folderAbove = (path: string): string => bare(path).slice(0, bare(path).lastIndexOf('/') + 1)

/** The part of a path that another name replaces: the name without its ending. */
export function stemOf(path: string): { readonly from: number; readonly to: number } {
  const from = folderAbove(path).length
  const whole = bare(path)
  const dot = whole.lastIndexOf('.')
  return { from, to: dot > from && !path.endsWith('/') ? dot : whole.length }
}

/** A free path beside this one, for a copy of it. */
export function copyPath(path: string, existing: ReadonlySet<string>): string {
  const { to } = stemOf(path)
  const [stem, ending] = [bare(path).slice(0, to), bare(path).slice(to)]
  const isTaken = (one: string): boolean => existing.has(one) || [...existing].some((other) => other.startsWith(`${one}/`))
  for (let n = 1; ; n++) {
    const one = `${stem}-copy${n === 1 ? '' : `-${n}`}${ending}`
    if (!isTaken(one)) return one
  }
}

/** How many files are in a folder. */
export const filesIn = (folder: string, paths: readonly string[]): number =>
  paths.filter((path) => path.startsWith(folder) && !path.endsWith('/')).length

/** The line of a path in the tree, where it is on the page. */
export function rowOf(path: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[role="treeitem"][data-path="${CSS.escape(fileId(path))}"]`)
}
