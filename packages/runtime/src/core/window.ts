import type { Usage } from '@tabwright/protocol'

/** Of several answers together. */
export function sumOfUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
  }
}

/** What fills the window after an answer: everything that was read and what was said. `input` alone is often a few dozen tokens. */
export function tokensIn({ input, cacheRead, cacheWrite, output }: Usage): number {
  return input + cacheRead + cacheWrite + output
}
