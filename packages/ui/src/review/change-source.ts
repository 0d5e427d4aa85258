import type { FileContent } from '../files/file-source'

/** Both sides of a change; `null`: the file is not there on that side. */
export interface ChangeContent {
  readonly before: FileContent | null
  readonly after: FileContent | null
}

/** Where the changes pane reads and decides: an open session of the runtime fits as it is. Every promise rejects with a FailureError. */
export interface ChangeSource {
  readChange(path: string): Promise<ChangeContent>
  /** `undefined` as path: every file. */
  review(path: string | undefined, decision: 'accepted' | 'rejected'): Promise<void>
  /** Called with the paths that changed, whoever changed them. */
  watchFiles(listener: (paths: readonly string[]) => void): () => void
}
