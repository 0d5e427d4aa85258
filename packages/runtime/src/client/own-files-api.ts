import type { FileEntry, FileHits, FileSearchEnd, FileSearchWish } from '@tabwright/protocol'

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
}
