import type { Cleared, SessionCost, WindowMeter } from '@tabwright/protocol'
import { count, dollars } from '../layout/figures'

/** Length of the ring: 2πr with r = 6. */
export const AROUND = 37.7

/** How much of a whole; nothing of one that is not known. */
export function shareOf(part: number, whole: number | undefined): number {
  return whole === undefined || whole === 0 ? 0 : Math.min(1, part / whole)
}

/** Near the place where a summary is made, or near the end where none is, the ring warns. */
export function levelOf({ used, limit, compactAt }: WindowMeter): 'low' | 'middle' | 'high' {
  if (limit === undefined) return 'low'
  if (used >= (compactAt ?? 0.9 * limit)) return 'high'
  return used >= 0.85 * (compactAt ?? 0.85 * limit) ? 'middle' : 'low'
}

/** `84k of 200k tokens, summarised at 150k` */
export function meterText({ used, limit, compactAt, isCleared = false }: WindowMeter): string {
  if (limit === undefined) return `${count(used)} tokens; the size of this model's window is not known`
  const mark = compactAt === undefined ? '' : `, ${isCleared ? 'old results are left out' : 'summarised'} at ${count(compactAt)}`
  return `${count(used)} of ${count(limit)} tokens${mark}`
}

/** `7 old tool results, 52k tokens; they stay in the log` */
export function clearedSentence({ toolUses, tokens }: Cleared): string {
  return `${toolUses === 1 ? 'One old tool result' : `${toolUses} old tool results`}, ${count(tokens)} tokens; all of it stays in the log.`
}

/** `$0.42`, `about $0.42`, `unknown price`: never a part of the cost as if it were all of it. */
export function costText(cost: SessionCost): string {
  if (cost.unknown.length > 0) return 'unknown price'
  return `${cost.estimated ? 'about ' : ''}${dollars(cost.dollars)}`
}

/** Everything there is to say about the cost. */
export function costSentence(cost: SessionCost): string {
  if (cost.unknown.length === 0)
    return cost.estimated ? `${costText(cost)}; part of it is estimated, because an answer was cut.` : `${dollars(cost.dollars)}.`
  const priced = cost.dollars > 0 ? ` What has a price comes to ${dollars(cost.dollars)}.` : ''
  return `Not known: there is no price here for ${cost.unknown.join(', ')}.${priced}`
}
