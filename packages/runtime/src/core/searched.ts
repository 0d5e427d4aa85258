import type { Bill, Failure } from '@tabwright/protocol'

/** What came of a search. It was billed either way. */
export type Searched =
  | { readonly type: 'found'; readonly results: readonly Found[]; readonly words: string; readonly bills: readonly Bill[] }
  | { readonly type: 'failed'; readonly failure: Failure; readonly bills: readonly Bill[] }

/** A page that was found. */
export interface Found {
  readonly title: string
  readonly url: string
  /** As the search told it. */
  readonly age?: string
}
