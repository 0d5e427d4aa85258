import type { Rewind, SessionEvent, SessionEventType } from '@tabwright/protocol'

/** Facts that the conversation went back behind; both ends belong to it. */
export interface HiddenRange {
  readonly from: number
  readonly to: number
}

const NONE: readonly HiddenRange[] = []

/**
 * What of the log is no longer part of the conversation, in order. The conversation is a path through the log: before each fact stands
 * the one in front of it, before a rewind the one that it went back to. So a rewind to a place that another rewind had hidden brings
 * that place back.
 * @param head number of the fact that the path ends with; omitted: the newest
 */
export function hiddenBy(rewinds: readonly Rewind[], head = Number.MAX_SAFE_INTEGER): readonly HiddenRange[] {
  const hidden: HiddenRange[] = []
  let at = head
  for (const { seq, to } of rewinds.toReversed()) {
    if (seq > at) continue
    if (seq - to > 1) hidden.push({ from: to + 1, to: seq - 1 })
    at = to
  }
  return hidden.length > 0 ? hidden.reverse() : NONE
}

/** The rewinds among these facts, in order. */
export function rewindsOf(events: Iterable<SessionEvent>): readonly Rewind[] {
  const rewinds: Rewind[] = []
  for (const event of events) if (event.type === 'history.rewound') rewinds.push({ seq: event.seq, to: event.data.to })
  return rewinds
}

/** As {@link hiddenBy}, for those who hold the facts themselves. They need not start at the first one. */
export function hiddenRanges(events: Iterable<SessionEvent>): readonly HiddenRange[] {
  return hiddenBy(rewindsOf(events))
}

/** Whether fact `seq` lies in one of these ranges, which are in order. */
export function isHidden(ranges: readonly HiddenRange[], seq: number): boolean {
  let low = 0
  let high = ranges.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const range = ranges[middle]
    if (!range) return false
    if (seq < range.from) high = middle - 1
    else if (seq > range.to) low = middle + 1
    else return true
  }
  return false
}

/** Files went on while the conversation went back: what happened to them counts on every path. */
function isAboutFiles(type: SessionEventType): boolean {
  return type === 'workspace.changed' || type === 'review.decided' || type === 'review.undone'
}

const ABOUT_TRUST: ReadonlySet<SessionEventType> = new Set([
  'mode.chosen',
  'hands.chosen',
  'network.chosen',
  'fetch.started',
  'import.read',
  'functions.told',
  'leak.stopped',
  'rule.revoked',
])

/**
 * How much a person allows, and what came in and went out, is no part of the conversation: going back must not quietly allow more, nor
 * forget it.
 */
function isAboutTrust(type: SessionEventType): boolean {
  return ABOUT_TRUST.has(type)
}

/** Whether a fact holds on every path. */
export function holdsAnyway({ type }: Pick<SessionEvent, 'type'>): boolean {
  return isAboutFiles(type) || isAboutTrust(type)
}

/** Whether a fold over the conversation takes this fact. */
export function isOnBranch(ranges: readonly HiddenRange[], event: Pick<SessionEvent, 'seq' | 'type'>): boolean {
  return holdsAnyway(event) || !isHidden(ranges, event.seq)
}
