import type { Pattern } from '../../regex/pattern'

/** Where a command applies. */
export type Address =
  | { readonly type: 'line'; readonly line: number }
  | { readonly type: 'last' }
  /** Undefined: the expression that was used last. */
  | { readonly type: 'regex'; readonly pattern: Pattern | undefined }
  | { readonly type: 'step'; readonly first: number; readonly step: number }

/** Where a range ends. */
export type RangeEnd = Address | { readonly type: 'count'; readonly count: number } | { readonly type: 'multiple'; readonly of: number }

/** What stands in the right side of `s`. */
export type ReplacePart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'group'; readonly index: number }
  | { readonly type: 'case'; readonly how: 'U' | 'L' | 'u' | 'l' | 'E' }

/** Which matches are replaced, and by what. */
export interface Replacing {
  readonly parts: readonly ReplacePart[]
  readonly isGlobal: boolean
  /** The first match that is. */
  readonly from: number
}

/** An `s` command. */
export interface Substitution extends Replacing {
  readonly type: 's'
  readonly pattern: Pattern | undefined
  readonly prints: boolean
  /** What came of it is run as a command, and what that writes takes its place; printed before that where `p` stands before `e`. */
  readonly runs: boolean
  readonly printsFirst: boolean
  readonly file: string | undefined
}

/** What a command does. */
export type SedAction =
  | Substitution
  | { readonly type: '{' | '}'; end: number }
  | { readonly type: 'a' | 'i' | 'c'; readonly text: string }
  | { readonly type: 'b' | 't' | 'T'; readonly label: string; to: number }
  /** Undefined: the line itself is the command, and what it writes takes its place. */
  | { readonly type: 'e'; readonly command: string | undefined }
  | { readonly type: 'r' | 'R' | 'w' | 'W'; readonly file: string }
  | { readonly type: 'y'; readonly map: ReadonlyMap<string, string> }
  | { readonly type: 'q' | 'Q' | 'l'; readonly number: number | undefined }
  | { readonly type: 'd' | 'D' | 'F' | 'g' | 'G' | 'h' | 'H' | 'n' | 'N' | 'p' | 'P' | 'x' | 'z' | '=' }

/** A command with the lines that it applies to. */
export interface SedCommand {
  readonly from: Address | undefined
  readonly to: RangeEnd | undefined
  readonly isNegated: boolean
  readonly action: SedAction
  /** `0,/re/`: the range is under way before the first line. */
  readonly startsActive: boolean
}

/** A whole script. */
export interface SedScript {
  readonly commands: readonly SedCommand[]
  /** It begins with `#n`. */
  readonly isQuiet: boolean
}

/** How a script is read. */
export interface SedStyle {
  readonly isExtended: boolean
  readonly isPosix: boolean
  readonly isSandbox: boolean
  /** Lines end in NUL: `M` finds none inside them. */
  readonly isNul: boolean
  readonly tick: () => void
}
