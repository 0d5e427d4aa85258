import { linesOf, regionsOf } from '@tabwright/protocol'
import { lineHunks } from '../review/line-hunks'

/** A place that the person, the agent or both changed. */
export interface MergePlace {
  readonly base: string
  readonly yours: string
  readonly agents: string
  /** Both changed it, and not alike. */
  readonly isConflict: boolean
}

/** A text that both changed, taken apart: what stands between two places is the same in all three. */
export interface Merge {
  readonly places: readonly MergePlace[]
  /** In front of each place, and behind the last. */
  readonly between: readonly string[]
}

/** Lays what the person and the agent made of a text side by side. */
export function mergeOf(base: string, yours: string, agents: string): Merge {
  const [was, mine, theirs] = [linesOf(base), linesOf(yours), linesOf(agents)]
  const places: MergePlace[] = []
  const between: string[] = []
  let from = 0
  for (const { base: at, sides } of regionsOf([lineHunks(base, yours), lineHunks(base, agents)])) {
    const [inYours = at, inAgents = at] = sides
    between.push(was.slice(from, at.start).join(''))
    from = at.start + at.count
    const texts = { base: was.slice(at.start, from).join(''), yours: cut(mine, inYours), agents: cut(theirs, inAgents) }
    places.push({ ...texts, isConflict: texts.yours !== texts.base && texts.agents !== texts.base && texts.yours !== texts.agents })
  }
  between.push(was.slice(from).join(''))
  return { places, between }
}

const cut = (lines: readonly string[], { start, count }: { readonly start: number; readonly count: number }): string =>
  lines.slice(start, start + count).join('')

/** What only one of them changed is as they made it; `chosen`: what stands at each place that both changed. */
export function mergedText({ places, between }: Merge, chosen: (at: number) => string): string {
  const texts = places.map((place, at) => {
    if (!place.isConflict) return place.yours === place.base ? place.agents : place.yours
    const text = chosen(at)
    const isFollowed = places.length > at + 1 || between[at + 1] !== ''
    return text !== '' && isFollowed && !text.endsWith('\n') ? `${text}\n` : text
  })
  return between.map((text, at) => text + (texts[at] ?? '')).join('')
}

/** What the agent's edit would have made of the file as it was; undefined where that cannot be told from its words alone. */
export function editedText(
  base: string,
  { before, after }: { readonly before: string | null; readonly after: string },
): string | undefined {
  if (before === null) return after
  const isCrlf = base.includes('\r\n') && !/(?<!\r)\n/.test(base)
  const native = (text: string): string => (isCrlf ? text.replaceAll(/\r?\n/g, '\r\n') : text)
  const [old, now] = [native(before), native(after)]
  const at = base.indexOf(old)
  return at < 0 || base.indexOf(old, at + 1) >= 0 ? undefined : base.slice(0, at) + now + base.slice(at + old.length)
}
