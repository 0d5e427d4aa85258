/** Pure folds over the log that the page may use. */
export { foldReviews, type PendingChange, type Reviews } from './reviews'
export type { LiveUpdate } from './live'
export { EMPTY_TRANSCRIPT, foldLive, foldTranscript, type Transcript } from './transcript'
