import type { Failure, FileReview, ShownChange } from '@tabwright/protocol'
import { t, type Phrase } from '../language'
import type { FileContent } from '../files/file-source'
import { bytes } from '../layout/figures'
import type { BothSides } from './change-source'

/** How a change can be shown. */
export type ChangeView =
  /** `heavy`: it could be rendered, but the page would be busy for a while; the person decides. */
  | { readonly type: 'diff'; readonly before: string; readonly after: string; readonly heavy: boolean }
  | { readonly type: 'one-side'; readonly side: 'added' | 'deleted'; readonly text: string; readonly heavy: boolean }
  | { readonly type: 'sentence'; readonly text: string }

/** Above either of these a diff is rendered only when asked for (ux.md §7). */
const MOST_LINES = 500
const MOST_CHARACTERS = 1_000_000

/** Decides between a diff and a sentence. */
export function changeView(review: Pick<FileReview, 'added' | 'removed'>, change: BothSides): ChangeView {
  const { before, after } = change
  if (before === null && after === null) return { type: 'sentence', text: t('This file is as it was before.') }
  if (isOpaque(before) || isOpaque(after)) return { type: 'sentence', text: opaqueSentence(before, after) }
  const was = textOf(before)
  const is = textOf(after)
  const heavy = review.added + review.removed > MOST_LINES || was.length + is.length > MOST_CHARACTERS
  if (before === null) return { type: 'one-side', side: 'added', text: is, heavy }
  if (after === null) return { type: 'one-side', side: 'deleted', text: was, heavy }
  return { type: 'diff', before: was, after: is, heavy }
}

function isOpaque(side: FileContent | null): boolean {
  return side !== null && side.type !== 'text'
}

const textOf = (side: FileContent | null): string => (side?.type === 'text' ? side.text : '')

function opaqueSentence(before: FileContent | null, after: FileContent | null): string {
  const isLarge = before?.type === 'large' || after?.type === 'large'
  if (before === null)
    return t(isLarge ? 'This file is too large to compare: new, {size}.' : 'A binary file: new, {size}.', { size: sizeOf(after) })
  if (after === null)
    return t(isLarge ? 'This file is too large to compare: deleted, it had {size}.' : 'A binary file: deleted, it had {size}.', {
      size: sizeOf(before),
    })
  return t(isLarge ? 'This file is too large to compare: {before} before, {now} now.' : 'A binary file: {before} before, {now} now.', {
    before: sizeOf(before),
    now: sizeOf(after),
  })
}

function sizeOf(side: FileContent | null): string {
  if (side === null) return bytes(0)
  return bytes(side.type === 'text' ? new TextEncoder().encode(side.text).length : side.size)
}

/** What became of a file, in one letter. */
export const LETTERS = { added: 'A', modified: 'M', deleted: 'D', renamed: 'R' } as const

const STATUS_WORDS: Readonly<Record<keyof typeof LETTERS, Phrase>> = {
  added: 'added',
  modified: 'modified',
  deleted: 'deleted',
  renamed: 'renamed',
}

/** The same in a word, for those who cannot see the letter. */
export function statusWord(status: keyof typeof LETTERS): string {
  return t(STATUS_WORDS[status])
}

/** `src/a.ts +12 −3`: the name of a row, with a real minus sign. */
export function reviewName(review: FileReview): string {
  return `${review.path} +${review.added} −${review.removed}`
}

/** What a list of changes comes to. */
export function totals(changes: readonly Pick<FileReview, 'added' | 'removed'>[]): { readonly added: number; readonly removed: number } {
  return changes.reduce((sum, { added, removed }) => ({ added: sum.added + added, removed: sum.removed + removed }), {
    added: 0,
    removed: 0,
  })
}

/** Which file to show after the list changed: the same one, else the one that took its place. */
export function nextSelection(selected: string | undefined, before: readonly FileReview[], now: readonly FileReview[]): string | undefined {
  if (selected !== undefined && now.some((review) => review.path === selected)) return selected
  const at = before.findIndex((review) => review.path === selected)
  const remaining = new Set(now.map((review) => review.path))
  const after = before.slice(at + 1).find((review) => remaining.has(review.path))
  return after?.path ?? (at === -1 ? now[0] : now.at(-1))?.path
}

/** What a decision on these covers: the files as they are in the list, not as they may be by the time it arrives. */
export function shownChanges(reviews: readonly FileReview[], over: Pick<ShownChange, 'withOwn'> = {}): readonly ShownChange[] {
  return reviews.flatMap(({ path, after, from }) => [
    { path, after, ...over },
    ...(from ? [{ path: from.path, after: null, ...over }] : []),
  ])
}

/** Why a decision was not taken. A stale one says itself that nothing was decided, and the list is already the new one. */
export function undecided(failure: Failure): string {
  return failure.code === 'stale' ? failure.message : t('{message} Nothing was decided.', { message: failure.message })
}
