/** Work that can be put down between its pieces, and what it comes to. */
export type InPieces<T> = Generator<void, T, undefined>

/** All of it now. */
export function atOnce<T>(work: InPieces<T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

/** All of it, with a breath between the pieces. */
export async function inTurns<T>(work: InPieces<T>, breath: () => Promise<void>): Promise<T> {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    await breath()
  }
}
