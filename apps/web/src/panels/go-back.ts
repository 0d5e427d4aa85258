import { fail, type Attachment, type Restored, type Row, type SessionScreen, type UserRow } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { t } from '@tabwright/ui/language'

/** What came of going back before a message. */
export interface WentBack {
  readonly restored: Restored
  /** What the conversation lost of the person's: the message, and the one that had begun its turn. */
  readonly text: string
  readonly attached: readonly Attachment[]
}

/**
 * The conversation goes back to before the turn of a message; files stay as they are.
 * @throws FailureError while the agent is at work, and where there is no such place
 */
export async function goBackBefore(
  handle: Pick<SessionHandle, 'points' | 'attachmentsOf' | 'restore'> & { getScreen(): Pick<SessionScreen, 'status'> },
  row: UserRow,
): Promise<WentBack> {
  if (handle.getScreen().status.type !== 'idle') fail('not_permitted', t('The agent is at work: stop it before anything is restored.'))
  const before = numberOf(row) ?? 0
  const to = await borderBefore(handle, before)
  if (to === undefined) return fail('not_found', t('The conversation cannot go back to before that message.'))
  const own = row.attached === undefined ? [] : await handle.attachmentsOf({ fact: before })
  const restored = await handle.restore({ to, scope: 'conversation', keep: [] })
  const { prompt, promptSeq } = restored
  // A message that came in the middle of a turn goes back together with the one that the turn began with.
  if (prompt === undefined || promptSeq === undefined || promptSeq === before) return { restored, text: row.text, attached: own }
  return { restored, text: `${prompt}\n\n${row.text}`, attached: [...(await handle.attachmentsOf({ fact: promptSeq })), ...own] }
}

type Points = Pick<SessionHandle, 'points'>

/** The newest place before a fact at which no turn is open. */
export async function borderBefore(handle: Points, fact: number): Promise<number | undefined> {
  const points = await handle.points()
  return points.findLast(({ seq, isBorder, isHidden }) => isBorder && !isHidden && seq < fact)?.seq
}

/** The first such place behind a fact; undefined: the end of the session. */
export async function borderBehind(handle: Points, fact: number): Promise<number | undefined> {
  const points = await handle.points()
  return points.find(({ seq, isBorder, isHidden }) => isBorder && !isHidden && seq >= fact)?.seq
}

/** The number of the fact behind a row: rows of facts are named `e` and their number. */
export function numberOf({ key }: Pick<Row, 'key'>): number | undefined {
  const match = /^e(\d+)$/.exec(key)
  return match === null ? undefined : Number(match[1])
}
