import type { FileReview } from '@tabwright/protocol'
import type { FileContent } from '../files/file-source'

/** Both sides of a change; `null`: the file is not there on that side. */
export interface ChangeContent {
  readonly before: FileContent | null
  readonly after: FileContent | null
}

/** A change as it stood before the person's eyes. */
export type ShownChange = Pick<FileReview, 'path' | 'after'>

/** Where the changes pane reads and decides: an open session of the runtime fits as it is. Every promise rejects with a FailureError. */
export interface ChangeSource {
  readChange(path: string): Promise<ChangeContent>
  /** Covers exactly what was shown; rejects as `stale`, with nothing decided, when a file moved on since. */
  review(shown: readonly ShownChange[], decision: 'accepted' | 'rejected'): Promise<void>
  /** Called with the paths that changed, whoever changed them. */
  watchFiles(listener: (paths: readonly string[]) => void): () => void
}
