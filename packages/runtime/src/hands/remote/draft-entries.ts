import {
  type BlobHash,
  DIRECTORY_LIMITS,
  type DirectoryEntry,
  FailureError,
  type FileEntry,
  modePermissions,
  type WorkspaceDraft,
  type WorkspaceReader,
} from '@tabwright/protocol'

export function goneIn(found: ReadonlyMap<string, DirectoryEntry>, agreed: ReadonlyMap<string, unknown>): readonly string[] {
  return [...agreed.keys()].filter((path) => !found.has(path))
}

export const listed = (paths: readonly string[]): string =>
  paths.slice(0, 20).join(', ') + (paths.length > 20 ? ` and ${paths.length - 20} more` : '')

export function cameNote(paths: readonly string[]): string[] {
  return paths.length === 0 ? [] : [`[changed in the directory since the last command, by somebody else: ${listed(paths)}]`]
}

export function replacedNote(paths: readonly string[]): string[] {
  return paths.length === 0
    ? []
    : [`[taken as the directory has it, and not as it was here: ${listed(paths)}; what was here is in the history]`]
}

export function pathsOf(draft: WorkspaceDraft): readonly string[] {
  return [...draft.folders(), ...draft.list()].map(({ path }) => path)
}

export function entryAt(draft: WorkspaceReader, path: string): FileEntry | undefined {
  try {
    return draft.stat(path)
  } catch (thrown) {
    // A name that no workspace takes.
    if (thrown instanceof FailureError) return undefined
    throw thrown
  }
}

export const hashAt = (draft: WorkspaceReader, path: string): BlobHash | null => entryAt(draft, path)?.hash ?? null

export const isOfKind = ({ mode, permissions }: FileEntry, entry: DirectoryEntry): boolean =>
  mode === entry.kind && (mode === 'symlink' || (permissions ?? modePermissions(mode)) === entry.permissions)

export function whyNot(draft: WorkspaceDraft, { path, size }: DirectoryEntry): string | undefined {
  if (size > DIRECTORY_LIMITS.file) return `${path} has more than ${DIRECTORY_LIMITS.file / 1e6} MB; it stays in the directory.`
  try {
    draft.stat(path)
    return undefined
  } catch (thrown) {
    if (thrown instanceof FailureError) return thrown.message
    throw thrown
  }
}

/** What stood there as something else goes first: a file may have become a folder. */
export function take(draft: WorkspaceDraft, { path, kind, mtime, permissions }: DirectoryEntry, bytes: Uint8Array): void {
  draft.write(path, bytes, { mode: kind, mtime, permissions: kind === 'symlink' ? modePermissions('symlink') : permissions })
}

/** How many folders above a path hold nothing any more. */
export function emptyAbove(draft: WorkspaceDraft, path: string): number {
  let count = 0
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    if (entryAt(draft, path.slice(0, at)) !== undefined) break
    count += 1
  }
  return count
}
