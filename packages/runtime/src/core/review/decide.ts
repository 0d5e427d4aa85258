import { fail, linesOf, type BlobHash, type RefusedName, type ShownChange, type ShownPart, type WorkspaceDelta } from '@tabwright/protocol'
import { deltaTo, sideBefore } from '../history/side'
import type { Entry, Journal } from '../journal'
import type { Fact } from '../fact'
import type { Ports } from '../ports'
import { isUndecided, type PendingChange, type Reviews } from '../reviews'
import { contentOf } from './content'
import { changedBy, stale } from './entry'
import { replacedAgain, textAt, withNow, withOld, type Compared } from './lines'
import { toldOfFiles, toldOfOwn, toldOfParts, toldOfUndo } from './told'

interface Review {
  readonly shown: readonly ShownChange[]
  readonly reviews: () => Reviews
  readonly decision: 'accepted' | 'rejected'
}

/** Undoing files, noting the decision and telling the agent are one entry. All contents are read before anything is written. */
export async function review(ports: Ports, journal: Journal, { shown, reviews, decision }: Review): Promise<void> {
  await journal.write(async () => {
    const now = reviews()
    const moved = shown.filter(({ path, after }) => now.get(path)?.after !== after)
    if (moved.length > 0) stale(moved.map(({ path }) => path).join(', '))
    const theirs = decision === 'accepted' ? [] : shown.filter(({ path, withOwn }) => !withOwn && now.get(path)?.own)
    if (theirs.length > 0) ownIsKept(theirs.map(({ path }) => path).join(', '))
    const paths = shown.map(({ path }) => path)
    const facts = paths.map((path): Fact => ({ type: 'review.decided', data: { path, decision } }))
    if (decision === 'accepted' || facts.length === 0) return { facts }
    const rejected = [...now].filter(([path, change]) => paths.includes(path) && isUndecided(change))
    const files = await undone(ports, rejected)
    const changes = await ports.describe(files)
    // What was refused by parts before is only taken from the list.
    const told = rejected.length > 0 ? [toldOfFiles(rejected.map(([path]) => path))] : []
    return { facts: [...facts, ...changedBy(changes), ...told], files }
  })
}

/** What leads back to what the person last accepted of each. */
async function undone({ workspace, text }: Ports, rejected: readonly (readonly [string, PendingChange])[]): Promise<WorkspaceDelta> {
  const made = new Map<BlobHash, Uint8Array>()
  for (const [, change] of rejected) if (change.made && change.before) made.set(change.before, await contentOf({ workspace, text }, change))
  const contents = {
    draft: () => workspace.draft(),
    blob: (hash: BlobHash) => {
      const known = made.get(hash)
      return known ? Promise.resolve(known) : workspace.blob(hash)
    },
  }
  return deltaTo(contents, new Map(rejected.map(([path, change]) => [path, sideBefore(change)])))
}

/** As {@link review}, for parts of one file. */
export async function reviewPart(
  ports: Ports,
  journal: Journal,
  { part, reviews }: { readonly part: ShownPart; readonly reviews: () => Reviews },
): Promise<void> {
  await journal.write(async () => {
    const change = reviews().get(part.path)
    if (!change || change.before !== part.before || change.after !== part.after) return stale(part.path)
    if (part.hunks.length === 0) return { facts: [] }
    return part.decision === 'accepted' ? acceptedEntry(ports, part, change) : rejectedEntry(ports, part, change)
  })
}

async function comparedOf({ workspace, text }: Ports, { path, after, hunks }: ShownPart, change: PendingChange): Promise<Compared> {
  const old = text.decode(await contentOf({ workspace, text }, change))
  const now = text.decode(await workspace.blob(after))
  if (old === undefined || now === undefined) return fail('bad_input', `${path} is a binary file: it is accepted or rejected whole.`)
  return { old, now, hunks }
}

async function acceptedEntry(ports: Ports, part: ShownPart, change: PendingChange): Promise<Entry> {
  const { path, hunks, after: shown } = part
  const draft = ports.workspace.draft()
  draft.write(path, ports.text.encode(withNow(await comparedOf(ports, part, change))))
  // Nothing differs where all of it is accepted.
  const result = draft.delta()[0]?.after?.hash ?? shown
  return { facts: [{ type: 'review.decided', data: { path, decision: 'accepted', part: { hunks, shown, result } } }] }
}

async function rejectedEntry(ports: Ports, part: ShownPart, change: PendingChange): Promise<Entry> {
  const { path, hunks, after: shown } = part
  const compared = await comparedOf(ports, part, change)
  const why = part.why?.trim()
  const draft = ports.workspace.draft()
  draft.write(path, ports.text.encode(withOld(compared)))
  const files = draft.delta()
  const result = files[0]?.after?.hash
  if (result === undefined) return fail('unexpected', `${path} would stay as it is. Nothing was decided.`)
  const changes = await ports.describe(files)
  const data = { path, decision: 'rejected', part: { hunks, shown, result }, ...(why && { why }) } as const
  const facts: Fact[] = [
    { type: 'review.decided', data },
    ...changedBy(changes),
    part.own ? toldOfOwn(path) : toldOfParts({ path, compared, why }),
  ]
  return { facts, files }
}

/** Puts a refused part into its file again, wherever its place is now. */
export async function undoRefusal(
  ports: Ports,
  journal: Journal,
  { path, name, reviews }: { readonly path: string; readonly name: RefusedName; readonly reviews: () => Reviews },
): Promise<void> {
  await journal.write(async () => {
    const refused = reviews()
      .get(path)
      ?.refused?.find(({ seq, index }) => seq === name.seq && index === name.index)
    if (!refused) return fail('stale', 'This was taken back already.')
    const read = async (bytes: Promise<Uint8Array>): Promise<string> => ports.text.decode(await bytes) ?? stale(path)
    const within = await read(ports.workspace.blob(refused.result))
    const by = textAt(linesOf(await read(ports.workspace.blob(refused.shown))), refused.lines)
    const current = ports.workspace.stat(path) ? await read(ports.workspace.read(path)) : undefined
    const text = current === undefined ? undefined : replacedAgain(current, { within, at: refused.instead, by })
    if (text === undefined) {
      return fail('stale', `The lines around this part of ${path} are not there any more, so it was not put back. Nothing was changed.`)
    }
    const draft = ports.workspace.draft()
    draft.write(path, ports.text.encode(text))
    const files = draft.delta()
    const undone: Fact = { type: 'review.undone', data: { path, refused: { seq: name.seq, index: name.index } } }
    // The file first: what is decided whole and has nothing left to take back is listed no more.
    return { facts: [...changedBy(await ports.describe(files)), undone, toldOfUndo(path, by)], files }
  })
}

/** Going back to what was accepted would take what the person wrote with it. */
function ownIsKept(which: string): never {
  return fail('bad_input', `You changed ${which} yourself since, and rejecting it would undo that too.`)
}
