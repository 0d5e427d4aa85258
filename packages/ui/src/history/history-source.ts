import type { HistoryPoint, PointChange, RestorePlan } from '@tabwright/protocol'
import type { FileContent } from '../files/file-source'

/** Where the history is read: an open session of the runtime fits as it is. Every promise rejects with a FailureError. */
export interface HistorySource {
  points(): Promise<readonly HistoryPoint[]>
  /** What became of the files between two points. */
  compare(from: number, to: number | 'now'): Promise<readonly PointChange[]>
  /** A file as it was; `null`: it was not there. */
  readPoint(path: string, at: number | 'now'): Promise<FileContent | null>
  /** What going back would do. */
  planRestore(to: number): Promise<RestorePlan>
  /** Gives the present a name. */
  checkpoint(name: string): Promise<void>
}
