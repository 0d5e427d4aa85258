import type { ProblemReport } from '@tabwright/protocol'
import type { CheckWish, NewsWish } from './engine'

/** What the checker's worker offers to the session's, over comlink. */
export interface DiagnosticsWorker {
  check(wish: CheckWish): Promise<ProblemReport>
  news(wish: NewsWish): Promise<ProblemReport>
}

/** Where the build puts the compiler's `lib.*.d.ts`: one file, an object from name to text. */
export const LIBRARIES_PATH = '/typescript/libraries.json'
