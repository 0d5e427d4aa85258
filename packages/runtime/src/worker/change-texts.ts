import { fail, linesOf, type BlobHash, type RefusedHunk, type Workspace } from '@tabwright/protocol'
import type { ChangeTexts, RefusedText } from '../client/shown'
import { contentOf } from '../core/review/content'
import { textAt } from '../core/review/lines'
import type { PendingChange, Reviews } from '../core/reviews'
import { textOf } from '../workspace/bytes'
import { contentOfBytes } from './file-text'
import { ownParts } from './own-parts'

/** Where contents are, and what waits. */
interface Sides {
  readonly workspace: Pick<Workspace, 'blob' | 'stat'>
  readonly reviews: () => Reviews
}

/** The text codec of reviews: what is no text has no parts. */
const TEXT = { decode: textOf, encode: (text: string): Uint8Array => new TextEncoder().encode(text) }

/** The content that the person last accepted. */
export function acceptedContent(workspace: Pick<Workspace, 'blob'>, change: PendingChange): Promise<Uint8Array> {
  return contentOf({ workspace, text: TEXT }, change)
}

/** The two sides of a pending change, where they differ, and what of it was refused. */
export async function changeTexts({ workspace, reviews }: Sides, path: string): Promise<ChangeTexts> {
  const change = reviews().get(path)
  if (!change) return fail('not_found', `${path} has no change that waits for review.`)
  const version = workspace.stat(path)?.version ?? 0
  const [before, after] = await Promise.all([
    change.before === null ? null : acceptedContent(workspace, change).then((bytes) => contentOfBytes(bytes, version)),
    change.after === null ? null : workspace.blob(change.after).then((bytes) => contentOfBytes(bytes, version)),
  ])
  const refused = await Promise.all((change.refused ?? []).map((one) => refusedText(workspace, one)))
  const parts = await partsOf(workspace, change, { before, after })
  return { before, after, shown: { before: change.before, after: change.after }, ...parts, refused, version }
}

/** A link's target and a file that is not there on one side are decided on whole; so is what is new, unless a person wrote in it too. */
async function partsOf(
  workspace: Pick<Workspace, 'blob'>,
  { modes, own = [] }: PendingChange,
  { before, after }: Pick<ChangeTexts, 'before' | 'after'>,
): Promise<Pick<ChangeTexts, 'hunks' | 'conflicts' | 'own'>> {
  const isLink = modes?.before === 'symlink' || modes?.after === 'symlink'
  const isNew = before === null && own.length > 0
  if (isLink || after?.type !== 'text' || !(isNew || before?.type === 'text')) return WHOLE
  const parts = await ownParts(workspace, { base: before?.type === 'text' ? before.text : '', now: after.text, own })
  return isNew && parts.conflicts.length === 0 ? WHOLE : parts
}

const WHOLE = { hunks: [], conflicts: [], own: [] }

async function refusedText(workspace: Pick<Workspace, 'blob'>, refused: RefusedHunk): Promise<RefusedText> {
  const read = async (hash: BlobHash): Promise<readonly string[]> => linesOf(textOf(await workspace.blob(hash)) ?? '')
  const { seq, index, lines, instead, why } = refused
  const text = textAt(await read(refused.shown), lines)
  return {
    seq,
    index,
    line: lines.start + 1,
    text,
    instead: textAt(await read(refused.result), instead),
    ...(why !== undefined && { why }),
  }
}
