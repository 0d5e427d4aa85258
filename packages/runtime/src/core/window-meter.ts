import type { ModelInfo, WindowMeter } from '@tabwright/protocol'
import { limitsOf } from './compaction/policy'

/** The limits of a model as a meter shows them: nothing where its list names none. */
export function windowOf(info: ModelInfo): Omit<WindowMeter, 'used'> {
  const { contextWindow: limit } = info
  return limit === undefined ? {} : { limit, compactAt: limitsOf(info).compactAt }
}
