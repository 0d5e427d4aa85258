import { folding } from '../archive-read'
import type { LeftOut } from '../project-import/project-file'

/** A file that may be written to the person's disk, or why not. */
interface Named {
  readonly path: string
  readonly mode?: 'file' | 'executable' | 'symlink' | 'folder'
}

/** What a name stands for on a disk that reads it more freely than we do: in any case, with signs that nobody sees, in its short form. */
const asOnDisk = (name: string): string =>
  folding(name.replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, '')).replace('git~1', '.git')

/** A rule by which files stay away from the disk: the part of the path that it names, and the words that follow it. */
type Rule = (parts: readonly string[]) => readonly [shown: string, why: string] | undefined

const RULES: readonly Rule[] = [
  ([top, ...inner]) => (top === '.tabwright' && inner.length > 0 ? ['.tabwright/', 'belongs to the app, not to the project'] : undefined),
  (parts) => {
    const at = parts.indexOf('node_modules')
    return at === -1 || at === parts.length - 1
      ? undefined
      : [`${parts.slice(0, at + 1).join('/')}/`, 'is node_modules, which npm install brings back']
  },
  // Git on the person's own machine runs what is named in there: hooks, a pager, a monitor of files. And half of a history is none.
  (parts) => {
    const at = parts.map(asOnDisk).indexOf('.git')
    return at === -1 ? undefined : [`${parts.slice(0, at + 1).join('/')}/`, 'is the history of Git, which the Git of your machine keeps']
  },
]

/** Why a file is not written to a folder of the disk; undefined where it may be. */
export function whyNotWritten({ path, mode }: Named): LeftOut | undefined {
  const parts = path.split('/')
  for (const rule of RULES) {
    const found = rule(parts)
    if (found) return { path: found[0], why: found[1] }
  }
  return mode === 'symlink' ? { path, why: 'is a symbolic link, which a browser cannot write' } : undefined
}

/** Paths that are one file on many disks: to write one of them would be to write, or to remove, the other. */
export function twins(paths: Iterable<string>): ReadonlyMap<string, string> {
  const seen = new Map<string, string>()
  const found = new Map<string, string>()
  for (const path of paths) {
    const other = seen.get(folding(path))
    if (other === undefined) seen.set(folding(path), path)
    else if (other !== path) {
      found.set(path, other)
      found.set(other, path)
    }
  }
  return found
}
