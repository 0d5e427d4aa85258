import type { Workspace } from '@tabwright/protocol'

/** Paths whose content or version differs between two views of the same files. */
export function movedPaths(before: Workspace, after: Workspace): readonly string[] {
  const old = new Map(before.list().map((entry) => [entry.path, entry]))
  const moved: string[] = []
  for (const { path, hash, version } of after.list()) {
    const known = old.get(path)
    if (known?.hash !== hash || known.version !== version) moved.push(path)
    old.delete(path)
  }
  return [...moved, ...old.keys()].toSorted()
}
