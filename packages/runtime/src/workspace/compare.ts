import type { FileEntry, WorkspaceReader } from '@tabwright/protocol'
import { Root } from './root'

const roots = new WeakMap<WorkspaceReader, () => Root>()

/** Says where the files of a reader are, so that it can be compared with others. */
export function rooted(reader: WorkspaceReader, root: () => Root): void {
  roots.set(reader, root)
}

/** Paths that do not hold the same in both, sorted. Of two readers of one workspace only what they do not share is looked at. */
export function comparePaths(one: WorkspaceReader, two: WorkspaceReader): readonly string[] {
  return rootOf(one).differing(rootOf(two), isSameFile)
}

function rootOf(reader: WorkspaceReader): Root {
  return roots.get(reader)?.() ?? Root.of([...reader.list(), ...reader.folders()])
}

/** Hashes last: one may have to be worked out. */
function isSameFile(a: FileEntry, b: FileEntry): boolean {
  return a.size === b.size && a.mode === b.mode && a.mtime === b.mtime && a.permissions === b.permissions && a.hash === b.hash
}
