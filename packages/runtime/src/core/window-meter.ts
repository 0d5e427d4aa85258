import type { ChosenModel, WindowMeter } from '@tabwright/protocol'
import { clearingOf, limitsOf } from './compaction/policy'

/** The limits of a model as a meter shows them: nothing where its list names none. */
export function windowOf(info: ChosenModel): Omit<WindowMeter, 'used' | 'cleared'> {
  const { contextWindow: limit } = info
  const { clearAt } = clearingOf(info, info.whenLong)
  return limit === undefined ? {} : { limit, compactAt: limitsOf(info).compactAt, ...(clearAt !== undefined && { isCleared: true }) }
}
