import { failureOf, type FileReview, type Workspace } from '@tabwright/protocol'
import type { PendingChange, Reviews } from '../core/reviews'
import { textOf } from '../workspace/bytes'
import { countLines } from '../workspace/diff-lines'
import { acceptedContent } from './change-texts'
import { ownParts } from './own-parts'
import { renamedFiles, type LoneFile } from './renamed-files'

/** Where contents are, by hash. */
type Contents = Pick<Workspace, 'blob'>

/** The pending changes with line counts over all edits so far. Counts are kept for pairs that did not move. */
export function createReviewList(contents: Contents): (reviews: Reviews) => Promise<readonly FileReview[]> {
  let known = new Map<string, FileReview>()
  const renames = createRenames(contents)
  return async (reviews) => {
    const next = new Map<string, FileReview>()
    for (const [path, change] of reviews) {
      const key = `${path}\n${change.before}\n${change.after}\n${change.refused?.length ?? 0}\n${ownKey(change)}`
      next.set(key, known.get(key) ?? (await count(contents, path, change)))
    }
    known = next
    const list = await renames([...next.values()], reviews)
    return list.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  }
}

/** Joins files that are gone and files that came where one became the other. What was found counts while neither list changes. */
function createRenames(contents: Contents): (list: readonly FileReview[], reviews: Reviews) => Promise<readonly FileReview[]> {
  let known: { readonly key: string; readonly joined: ReadonlyMap<string, FileReview> } = { key: '', joined: new Map() }
  return async (list, reviews) => {
    const gone = list.filter(({ status, own }) => status === 'deleted' && !own)
    const came = list.filter(({ status }) => status === 'added')
    if (gone.length === 0 || came.length === 0) return list
    const key = [...gone, ...came].map(({ path, after }) => `${path}\n${after}\n${reviews.get(path)?.before}`).join('\n')
    if (key !== known.key) known = { key, joined: await joinedOf(contents, { gone, came }, reviews) }
    const sources = new Set([...known.joined.values()].map(({ from }) => from?.path))
    return list.flatMap((one) => (sources.has(one.path) ? [] : [renamedAs(one, known.joined.get(one.path))]))
  }
}

/** What is new about it since it was compared stays. */
function renamedAs(one: FileReview, joined: FileReview | undefined): FileReview {
  return joined?.from ? { ...one, status: 'renamed', from: joined.from, added: joined.added, removed: joined.removed } : one
}

interface Lone {
  readonly gone: readonly FileReview[]
  readonly came: readonly FileReview[]
}

async function joinedOf(contents: Contents, { gone, came }: Lone, reviews: Reviews): Promise<ReadonlyMap<string, FileReview>> {
  const read = async (list: readonly FileReview[], side: 'before' | 'after'): Promise<readonly LoneFile[]> => {
    const files = await Promise.all(
      list.map(async ({ path }): Promise<readonly LoneFile[]> => {
        const change = reviews.get(path)
        const hash = change?.[side] ?? null
        // A link is nothing that was renamed, and what a person accepted by parts was never a file.
        if (!change || hash === null || change.modes || change.made) return []
        const bytes = await contentOr(contents.blob(hash))
        return bytes ? [{ path, hash, bytes }] : []
      }),
    )
    return files.flat()
  }
  const [old, now] = [await read(gone, 'before'), await read(came, 'after')]
  const byPath = (files: readonly LoneFile[], path: string): Uint8Array => files.find((one) => one.path === path)?.bytes ?? new Uint8Array()
  return new Map(
    [...renamedFiles(old, now)].flatMap(([path, from]) => {
      const review = came.find((one) => one.path === path)
      const [was, is] = [textOf(byPath(old, from.path)), textOf(byPath(now, path))]
      const counts = was === undefined || is === undefined ? { added: 0, removed: 0 } : countLines(was, is)
      return review ? [[path, { ...review, ...counts, from }]] : []
    }),
  )
}

async function count(contents: Contents, path: string, change: PendingChange): Promise<FileReview> {
  const { before, after, refused, own = [] } = change
  const [old, now] = await Promise.all([
    before === null ? '' : sideOf(acceptedContent(contents, change)),
    after === null ? '' : sideOf(contents.blob(after)),
  ])
  const counts = old === undefined || now === undefined ? { added: 0, removed: 0 } : countLines(old, now)
  const status = before === null ? 'added' : after === null ? 'deleted' : 'modified'
  const isText = old !== undefined && now !== undefined
  const conflicts = isText && after !== null && own.length > 0 ? (await ownParts(contents, { base: old, now, own })).conflicts.length : 0
  return {
    path,
    after,
    status,
    ...counts,
    ...(refused && { refused: refused.length }),
    ...(own.length > 0 && { own: true }),
    ...(conflicts > 0 && { conflicts }),
  }
}

const ownKey = ({ own = [] }: PendingChange): string => own.map(({ from, to }) => `${from} ${to}`).join(' ')

/** `undefined`: binary, or gone from the disk. A change whose lines cannot be counted is a change all the same. */
async function sideOf(content: Promise<Uint8Array>): Promise<string | undefined> {
  const bytes = await contentOr(content)
  return bytes && textOf(bytes)
}

async function contentOr(content: Promise<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return await content
  } catch (error) {
    if (failureOf(error).code !== 'not_found') throw error
    return undefined
  }
}
