import type { BlobHash, FileReview, Workspace } from '@tabwright/protocol'
import type { PendingChange, Reviews } from '../core/reviews'
import { textOf } from '../workspace/bytes'
import { countLines } from '../workspace/diff-lines'

/** Where contents are, by hash. */
type Contents = Pick<Workspace, 'blob'>

/** The pending changes with line counts over all edits so far. Counts are kept for pairs that did not move. */
export function createReviewList(contents: Contents): (reviews: Reviews) => Promise<readonly FileReview[]> {
  let known = new Map<string, FileReview>()
  return async (reviews) => {
    const next = new Map<string, FileReview>()
    for (const [path, change] of reviews) {
      const key = `${path}\n${change.before}\n${change.after}`
      next.set(key, known.get(key) ?? (await count(contents, path, change)))
    }
    known = next
    return [...next.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
  }
}

async function count(contents: Contents, path: string, { before, after }: PendingChange): Promise<FileReview> {
  const [old, now] = await Promise.all([sideOf(contents, before), sideOf(contents, after)])
  const counts = old === undefined || now === undefined ? { added: 0, removed: 0 } : countLines(old, now)
  return { path, after, status: before === null ? 'added' : after === null ? 'deleted' : 'modified', ...counts }
}

/** `undefined`: binary. */
async function sideOf(contents: Contents, hash: BlobHash | null): Promise<string | undefined> {
  return hash === null ? '' : textOf(await contents.blob(hash))
}
