import { linesOf, regionsOf, type BlobHash, type Hunk, type LineSpan, type Workspace } from '@tabwright/protocol'
import type { ConflictText } from '../client/shown'
import type { OwnStep } from '../core/review/own'
import { textAt } from '../core/review/lines'
import { textOf } from '../workspace/bytes'
import { lineHunks } from '../workspace/line-hunks'

/** The parts of a change, and which of them a person had a hand in. */
export interface OwnParts {
  readonly hunks: readonly Hunk[]
  /** Of these, those in which agent and person changed the same lines. */
  readonly conflicts: readonly ConflictText[]
  /** Those that the person made alone, by their index. */
  readonly own: readonly number[]
}

interface Compared {
  readonly base: string
  readonly now: string
  readonly own: readonly OwnStep[]
}

/** Looks for what a person changed in the parts of a change: where the agent had changed the same lines, it is a conflict. */
export async function ownParts(contents: Pick<Workspace, 'blob'>, { base, now, own }: Compared): Promise<OwnParts> {
  if (own.length === 0) return { hunks: lineHunks(base, now), conflicts: [], own: [] }
  const read = async (hash: BlobHash | null): Promise<string> => (hash === null ? '' : (textOf(await contents.blob(hash)) ?? ''))
  const steps = await Promise.all(own.map(async ({ from, to }) => ({ from: await read(from), to: await read(to) })))
  const texts = [now, ...steps.flatMap(({ from, to }) => [from, to])]
  const lines = texts.map((text) => linesOf(text))
  const was = linesOf(base)
  const found: { conflicts: ConflictText[]; own: number[] } = { conflicts: [], own: [] }
  const hunks: Hunk[] = []
  for (const { base: old, sides } of regionsOf(texts.map((text) => lineHunks(base, text)))) {
    const [is, ...others] = sides.map((span, at) => textAt(lines[at] ?? [], span))
    const before = textAt(was, old)
    // What stands there is what was accepted: nothing is to be decided.
    if (is === undefined || is === before) continue
    const at = hunks.push({ old, now: sides[0] ?? NOTHING }) - 1
    const hand = handIn({ base: before, now: is, others })
    if (hand === 'alone') found.own.push(at)
    else if (hand) found.conflicts.push({ at, base: before, ...hand })
  }
  return { hunks, ...found }
}

const NOTHING: LineSpan = { start: 0, count: 0 }

interface Place {
  readonly base: string
  readonly now: string
  /** Before and after each step of the person's, oldest first. */
  readonly others: readonly string[]
}

/** What the person's newest step at a place came to. */
function handIn({ base, now, others }: Place): 'alone' | Pick<ConflictText, 'yours' | 'agents'> | undefined {
  for (let at = others.length - 2; at >= 0; at -= 2) {
    const [from, yours] = [others[at], others[at + 1]]
    if (from === undefined || yours === undefined || from === yours) continue
    // Either it stands as they left it, or the agent wrote over it since.
    const agents = now === yours ? from : now
    if (agents === base) return 'alone'
    // They had put back what was accepted, which rejecting does again.
    return yours === base ? undefined : { yours, agents }
  }
  return undefined
}
