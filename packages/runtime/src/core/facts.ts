/** Pure folds over the log that the page may use. */
export type { HiddenRange } from './history/branch'
export { onScreen } from './history/on-screen'
export { foldReviews, type PendingChange, type Reviews } from './reviews'
export type { LiveUpdate } from './live'
export { EMPTY_TRANSCRIPT, foldTranscript, foldTranscripts, type Transcript } from './transcript'
export { foldLive } from './live-rows'
