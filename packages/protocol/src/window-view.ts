import type { Cleared } from './content'

/** What a part of the window is, in the order in which it stands there. */
export const WINDOW_PARTS = [
  'tools',
  'system',
  'instructions',
  'summary',
  'messages',
  'thinking',
  'answers',
  'calls',
  'files',
  'results',
] as const

export type WindowPartName = (typeof WINDOW_PARTS)[number]

/**
 * What is in the model's window, by what it is. The provider counts a request as a whole: `counted` is its word, how much of it each part is is
 * worked out from the length of its text and adds up to that whole.
 */
export interface WindowView {
  readonly parts: readonly WindowPart[]
  /** What the newest answer was counted with; absent before the first one of this wire, where every figure is an estimate. */
  readonly counted?: WindowCounted
  /** Tokens that wait for the next request, an estimate. They are no part of `parts`. */
  readonly ahead: number
  /** What the provider left out of the newest request; it is in no part. */
  readonly cleared?: Cleared
}

/** One kind of content. */
export interface WindowPart {
  readonly name: WindowPartName
  readonly tokens: number
  /** Of them, read from the cache with the newest request: the provider caches from the beginning on. */
  readonly cached: number
  /** The largest, by what they are called; those with one name are one. */
  readonly items: readonly WindowItem[]
  /** Names that are not among `items`. */
  readonly more: number
}

export interface WindowItem {
  readonly name: string
  readonly tokens: number
  readonly times: number
}

/** Figures of the newest request and its answer, as the provider gave them. */
export interface WindowCounted {
  readonly model: string
  /** Wall clock of the answer. */
  readonly at: number
  /** Read from the cache, written to it, and read without it. */
  readonly cacheRead: number
  readonly cacheWrite: number
  readonly input: number
  readonly output: number
}
