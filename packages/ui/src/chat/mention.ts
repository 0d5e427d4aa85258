/** A file that is being named in a text: an `@` and what stands behind it up to the caret. */
export interface Mention {
  /** Where the `@` stands. */
  readonly from: number
  readonly to: number
  readonly query: string
}

/** Longer is no name that somebody types. */
const LONGEST = 120

/** What is being named at the caret. An `@` inside a word, as in an address, names nothing. */
export function mentionAt(text: string, caret: number): Mention | undefined {
  const before = text.slice(0, caret)
  const match = /(?:^|[\s(["'])@([^\s@]*)$/.exec(before)
  const query = match?.[1]
  if (query === undefined || query.length > LONGEST || /^\S/.test(text.slice(caret))) return undefined
  return { from: caret - query.length - 1, to: caret, query }
}

/** A path as it stands in a message: what is behind its first space would be lost without quotes. */
export function mentionOf(path: string): string {
  return /\s/.test(path) ? `@"${path}"` : `@${path}`
}

/** The text with the path in the place of what was typed of it, and where the caret goes. */
export function withMention(text: string, { from, to }: Mention, path: string): { readonly text: string; readonly caret: number } {
  const rest = text.slice(to)
  const named = `${text.slice(0, from)}${mentionOf(path)}${rest.startsWith(' ') ? '' : ' '}`
  return { text: named + rest, caret: named.length + (rest.startsWith(' ') ? 1 : 0) }
}

/**
 * Another message of the session's past in the box. Undefined: nothing is recalled, and the key moves the caret.
 * @param history oldest first
 * @param step -1: the one before, 1: the one after
 */
export function recalled(text: string, history: readonly string[], step: -1 | 1): string | undefined {
  const known = [...new Set(history.toReversed())].toReversed()
  const at = text === '' ? known.length : known.indexOf(text)
  if (at < 0 || (text === '' && step > 0)) return undefined
  const next = at + step
  return next < 0 ? undefined : (known[next] ?? '')
}
