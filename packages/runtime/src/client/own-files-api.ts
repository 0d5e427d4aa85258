import type { FileChange, FileEntry, FileHits, FileSearchEnd, FileSearchWish, FilesWish } from '@tabwright/protocol'

/** What a person does with the files of a session, beside reading one. */
export interface OwnFiles {
  listFiles(): Promise<readonly FileEntry[]>
  /** @throws FailureError `stale` when someone else changed the file since `base` (a version; 0 for a new file) */
  saveFile(path: string, text: string, base: number): Promise<FileEntry>
  /** Called with the paths that changed, whoever changed them. */
  watchFiles(listener: (paths: readonly string[]) => void): () => void
  /**
   * Looks through the contents of all files but those of dependencies. A search ends the one before it; an empty one looks for nothing.
   * @param told what was found since it was told last
   * @throws FailureError `aborted` when another began, `bad_input` for what is no regular expression
   */
  searchFiles(wish: FileSearchWish, told: (found: readonly FileHits[]) => void): Promise<FileSearchEnd>
  /**
   * Makes a folder, gives another name or place, copies, deletes: one change, which Rewind has too.
   * @returns what became of each file, for {@link OwnFiles.undoFiles}
   * @throws FailureError `not_found`, `bad_input` with one sentence; nothing is changed then
   */
  changeFiles(wish: FilesWish): Promise<readonly FileChange[]>
  /** Takes such a change back. @throws FailureError `stale` naming files that changed since; nothing is changed then */
  undoFiles(changes: readonly FileChange[]): Promise<void>
  /** Folders that are kept although nothing is in them. */
  listFolders(): Promise<readonly FileEntry[]>
}
