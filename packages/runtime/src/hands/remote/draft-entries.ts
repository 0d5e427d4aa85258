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

/** What a directory was found to hold. */
export interface Found {
  readonly entries: ReadonlyMap<string, DirectoryEntry>
  /** What stays there, with all that is below it: nobody says whether a file of it is there. */
  readonly left: ReadonlySet<string>
}

/** Whether a look leaves it out: git ignores it there, or nobody may look. */
export function isLeft({ left }: Found, path: string): boolean {
  if (left.has(path)) return true
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) if (left.has(path.slice(0, at))) return true
  return false
}

/** What is there no more. What is only left out of the look may well be. */
export function goneIn(found: Found, agreed: ReadonlyMap<string, unknown>): readonly string[] {
  return [...agreed.keys()].filter((path) => !found.entries.has(path) && !isLeft(found, path))
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

/** No look tells what it is, so nothing says that it may be written over. */
export const standsNote = (path: string): string =>
  `[not written to the directory: ${path} stands there already, where git or its permissions keep it out of what is kept in step. The shell can change it.]`

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

export const tooLarge = (path: string): string => `${path} has more than ${DIRECTORY_LIMITS.file / 1e6} MB; it stays in the directory.`

export function whyNot(draft: WorkspaceDraft, { path, size }: DirectoryEntry): string | undefined {
  if (size > DIRECTORY_LIMITS.file) return tooLarge(path)
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
