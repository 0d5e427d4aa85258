import type { FileChange, FileEntry, FileHits, FileSearchEnd, FileSearchWish, FilesWish, Problem } from '@tabwright/protocol'

/** A file as an editor takes it. */
export type FileContent =
  | { readonly type: 'text'; readonly text: string; readonly version: number }
  | { readonly type: 'binary'; readonly size: number; readonly version: number }
  /** Too large for an editor. */
  | { readonly type: 'large'; readonly size: number; readonly version: number }

/** Where the files pane reads and writes: an open session of the runtime fits as it is. Every promise rejects with a FailureError. */
export interface FileSource {
  listFiles(): Promise<readonly FileEntry[]>
  /** Folders that are kept although nothing is in them. */
  listFolders(): Promise<readonly FileEntry[]>
  /** Makes a folder, gives another name or place, copies, deletes; gives what {@link FileSource.undoFiles} takes back. */
  changeFiles(wish: FilesWish): Promise<readonly FileChange[]>
  /** @throws FailureError `stale` naming files that changed since */
  undoFiles(changes: readonly FileChange[]): Promise<void>
  readFile(path: string): Promise<FileContent>
  /** `base`: the version that the text was made from, 0 for a new file. @throws FailureError `stale` */
  saveFile(path: string, text: string, base: number): Promise<FileEntry>
  /** What a checker says of the file with this text, which may not be saved yet. */
  problems(path: string, text: string): Promise<readonly Problem[]>
  /** Looks through contents. A search ends the one before it, which is rejected as `aborted`; an empty one looks for nothing. */
  searchFiles(wish: FileSearchWish, told: (found: readonly FileHits[]) => void): Promise<FileSearchEnd>
  /** Called with the paths that changed, whoever changed them. */
  watchFiles(listener: (paths: readonly string[]) => void): () => void
}
