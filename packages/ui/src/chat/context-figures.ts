import type { Cleared, SessionCost, WindowMeter } from '@tabwright/protocol'
import { t } from '../language'
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
  if (limit === undefined) return t("{n} tokens; the size of this model's window is not known", { n: count(used) })
  const fill = { used: count(used), limit: count(limit) }
  if (compactAt === undefined) return t('{used} of {limit} tokens', fill)
  const at = count(compactAt)
  return isCleared
    ? t('{used} of {limit} tokens, old results are left out at {at}', { ...fill, at })
    : t('{used} of {limit} tokens, summarised at {at}', { ...fill, at })
}

/** `7 old tool results, 52k tokens; they stay in the log` */
export function clearedSentence({ toolUses, tokens }: Cleared): string {
  if (toolUses === 1) return t('One old tool result, {tokens} tokens; all of it stays in the log.', { tokens: count(tokens) })
  return t('{n} old tool results, {tokens} tokens; all of it stays in the log.', { n: toolUses, tokens: count(tokens) })
}

/** `$0.42`, `about $0.42`, `unknown price`: never a part of the cost as if it were all of it. */
export function costText(cost: SessionCost): string {
  if (cost.unknown.length > 0) return t('unknown price')
  return cost.estimated ? t('about {cost}', { cost: dollars(cost.dollars) }) : dollars(cost.dollars)
}

/** Everything there is to say about the cost. */
export function costSentence(cost: SessionCost): string {
  const sum = dollars(cost.dollars)
  const models = cost.unknown.join(', ')
  if (cost.unknown.length === 0)
    return cost.estimated
      ? t('about {cost}; part of it is estimated, because an answer was cut.', { cost: sum })
      : t('{cost}.', { cost: sum })
  if (cost.dollars <= 0) return t('Not known: there is no price here for {models}.', { models })
  return t('Not known: there is no price here for {models}. What has a price comes to {cost}.', { models, cost: sum })
}
