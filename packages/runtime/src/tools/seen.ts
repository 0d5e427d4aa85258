import type { WorkspaceReader } from '@tabwright/protocol'

/**
 * The model has now seen, or itself written, the file as it stands in `files`. Its next edit is made against this version, so
 * that what a person typed since is refused as stale and not overwritten.
 */
export function noteSeen(files: WorkspaceReader, seen: Map<string, number>, path: string): void {
  const entry = files.stat(path)
  if (entry) seen.set(entry.path, entry.version)
}
