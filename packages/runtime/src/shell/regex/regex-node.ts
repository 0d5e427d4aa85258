import type { CharSet } from './char-set'

/** What holds between two characters. */
export type Assertion =
  | 'textStart'
  | 'textEnd'
  | 'textEndNewline'
  | 'lineStart'
  | 'lineEnd'
  | 'word'
  | 'notWord'
  | 'wordStart'
  | 'wordEnd'
  | 'noWordBefore'
  | 'noWordAfter'

/** An expression of any dialect, with case and classes worked out. */
export type RegexNode =
  | { readonly type: 'set'; readonly set: CharSet }
  | { readonly type: 'concat'; readonly items: readonly RegexNode[] }
  | { readonly type: 'either'; readonly branches: readonly RegexNode[] }
  | {
      readonly type: 'repeat'
      readonly body: RegexNode
      readonly min: number
      readonly max: number
      readonly isLazy?: boolean
    }
  | { readonly type: 'group'; readonly index: number; readonly body: RegexNode }
  | { readonly type: 'assert'; readonly what: Assertion }
  | { readonly type: 'look'; readonly isAhead: boolean; readonly isNegative: boolean; readonly body: RegexNode }
  | { readonly type: 'back'; readonly index: number }
  /** Matched once, never given back in part. */
  | { readonly type: 'atomic'; readonly index: number; readonly body: RegexNode }
  /** `\K`: what was matched so far is left out of the match. */
  | { readonly type: 'keep' }

/** An expression as it was read. */
export interface Regex {
  readonly root: RegexNode
  readonly groups: number
  /** Names of groups, where the dialect has them. */
  readonly names: ReadonlyMap<string, number>
  /** What the real tool would say about it and still take it. */
  readonly warnings: readonly string[]
  readonly ignoreCase: boolean
  /** What `\b` and `\w` go by. */
  readonly word: CharSet
}

/** Matches nothing but the place where it stands. */
export const EMPTY: RegexNode = { type: 'concat', items: [] }

/** An expression that cannot be read, worded as the dialect's own tool words it. */
export class RegexError extends Error {
  /** Where in the expression, in characters; -1: not told. */
  readonly at: number

  constructor(message: string, at = -1) {
    super(message)
    this.at = at
  }
}

/** A construct that this shell does not match; never a wrong match instead. */
export class RegexMissing extends RegexError {
  constructor(what: string) {
    super(`${what} is not implemented in this sandbox`)
  }
}
