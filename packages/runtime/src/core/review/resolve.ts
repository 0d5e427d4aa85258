import { fail, linesOf, type Hunk, type ResolvedPart } from '@tabwright/protocol'
import type { Entry, Journal } from '../journal'
import type { Fact } from '../fact'
import type { Ports } from '../ports'
import type { PendingChange, Reviews } from '../reviews'
import { contentOf } from './content'
import { changedBy, stale } from './entry'
import { withNow, withOld, withText } from './lines'
import { toldOfConflict } from './told'

/**
 * Lines that agent and person both changed become what the person says; from then on they count as accepted, unless they are as before both.
 * @throws FailureError `stale` when the file, or what was accepted of it, moved on since the three sides were shown
 */
export async function resolvePart(
  ports: Ports,
  journal: Journal,
  { part, reviews }: { readonly part: ResolvedPart; readonly reviews: () => Reviews },
): Promise<void> {
  await journal.write(async () => {
    const change = reviews().get(part.path)
    const isShown = change && change.before === part.before && change.after === part.after
    if (!isShown || ports.workspace.stat(part.path)?.version !== part.version) return stale(part.path)
    return change.before === null ? newFile(ports, part) : lines(ports, part, change)
  })
}

async function lines(ports: Ports, part: ResolvedPart, change: PendingChange): Promise<Entry> {
  const { path, hunk, after: shown, how } = part
  const old = ports.text.decode(await contentOf(ports, change))
  const now = ports.text.decode(await ports.workspace.blob(shown))
  if (old === undefined || now === undefined) return fail('bad_input', `${path} is a binary file: it is accepted or rejected whole.`)
  const text = how === 'neither' ? undefined : fitted(part.text, { now, hunk })
  const whole = text === undefined ? withOld({ old, now, hunks: [hunk] }) : withText(now, hunk.now, text)
  const draft = ports.workspace.draft()
  draft.write(path, ports.text.encode(whole))
  const files = draft.delta()
  const result = files[0]?.after?.hash ?? shown
  const changes = changedBy(await ports.describe(files))
  const told = toldOfConflict({ path, how, hunk, text })
  if (text === undefined) {
    return {
      facts: [{ type: 'review.decided', data: { path, decision: 'rejected', part: { hunks: [hunk], shown, result } } }, ...changes, told],
      files,
    }
  }
  const resolved: Hunk = { old: hunk.old, now: { start: hunk.now.start, count: linesOf(text).length } }
  const accepted = withNow({ old, now: whole, hunks: isNothing(resolved) ? [] : [resolved] })
  // Where it is as it was accepted already, there is nothing more to accept.
  const decision = accepted === old ? [] : [acceptedAs(ports, part, { accepted, hunk: resolved, shown: result })]
  return { facts: [...changes, ...decision, told], files }
}

const isNothing = ({ old, now }: Hunk): boolean => old.count + now.count === 0

interface Accepted {
  readonly accepted: string
  readonly hunk: Hunk
  /** The file as it is with it. */
  readonly shown: ResolvedPart['after']
}

function acceptedAs(ports: Ports, { path, after }: ResolvedPart, { accepted, hunk, shown }: Accepted): Fact {
  const draft = ports.workspace.draft()
  draft.write(path, ports.text.encode(accepted))
  // The hash is all that is wanted; nothing differs where the whole file is accepted as it was shown.
  const result = draft.delta()[0]?.after?.hash ?? after
  return { type: 'review.decided', data: { path, decision: 'accepted', part: { hunks: [hunk], shown, result } } }
}

/** Nothing stood there before: it is one place, and decided on whole. */
async function newFile(ports: Ports, { path, how, text, hunk }: ResolvedPart): Promise<Entry> {
  const draft = ports.workspace.draft()
  if (how === 'neither') draft.remove(path)
  else draft.write(path, ports.text.encode(text))
  const files = draft.delta()
  const decision = how === 'neither' ? 'rejected' : 'accepted'
  const told = toldOfConflict({ path, how, hunk, text: how === 'neither' ? undefined : text })
  return { facts: [...changedBy(await ports.describe(files)), { type: 'review.decided', data: { path, decision } }, told], files }
}

/** With the line ends of the file, and with one at its end where more lines follow. */
function fitted(text: string, { now, hunk }: { readonly now: string; readonly hunk: Hunk }): string {
  const isCrlf = now.includes('\r\n') && !/(?<!\r)\n/.test(now)
  const native = isCrlf ? text.replaceAll(/\r?\n/g, '\r\n') : text
  const isLast = hunk.now.start + hunk.now.count >= linesOf(now).length
  return native === '' || native.endsWith('\n') || isLast ? native : `${native}${isCrlf ? '\r\n' : '\n'}`
}
