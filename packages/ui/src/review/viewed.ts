import type { FileReview } from '@tabwright/protocol'
import type { Memory } from '../layout/remember'

const KEY = 'tabwright.viewed'
/** Of how many files it is remembered; the oldest marks go first. */
const MOST = 500

/** A file as it was looked at: when its content changes, it has not been seen. */
export const viewedName = ({ path, after }: Pick<FileReview, 'path' | 'after'>): string => `${after ?? 'deleted'} ${path}`

/** The files that the person marked as seen. What cannot be read counts as none: a mark is no decision. */
export function readViewed(memory: Memory): readonly string[] {
  const kept = memory.getItem(KEY)
  return kept === null || kept === '' ? [] : kept.split('\n')
}

/** The marks with one more or one less, kept. */
export function keepViewed(
  memory: Memory,
  viewed: readonly string[],
  change: { readonly name: string; readonly isViewed: boolean },
): readonly string[] {
  const others = viewed.filter((name) => name !== change.name)
  // A name with a line end would be two: such a file is never marked.
  const next = change.isViewed && !change.name.includes('\n') ? [...others, change.name].slice(-MOST) : others
  memory.setItem(KEY, next.join('\n'))
  return next
}
