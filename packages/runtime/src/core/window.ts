import type { ModelInfo, Usage, WindowMeter } from '@tabwright/protocol'
import { limitsOf } from './compaction/policy'

/** What fills the window after an answer: everything that was read and what was said. `input` alone is often a few dozen tokens. */
export function tokensIn({ input, cacheRead, cacheWrite, output }: Usage): number {
  return input + cacheRead + cacheWrite + output
}

/** The limits of a model as a meter shows them. */
export function windowOf(info: ModelInfo): Omit<WindowMeter, 'used'> {
  return info.contextWindow === undefined ? {} : { limit: info.contextWindow, compactAt: limitsOf(info).compactAt }
}
