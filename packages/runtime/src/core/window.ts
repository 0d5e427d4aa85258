import type { Usage } from '@tabwright/protocol'

/** What fills the window after an answer: everything that was read and what was said. `input` alone is often a few dozen tokens. */
export function tokensIn({ input, cacheRead, cacheWrite, output }: Usage): number {
  return input + cacheRead + cacheWrite + output
}
