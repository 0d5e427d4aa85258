import type { Model, ModelEvent } from '@tabwright/protocol'

/**
 * Sub-agents begin with the same words. The first of them goes ahead until its answer begins: by then the provider has stored what they share, and
 * those behind it read that instead of each writing it again.
 */
export function lane(): (model: Model) => Model {
  let isWarm = false
  let ahead: Promise<void> | undefined
  async function* streamed(model: Model, asked: Parameters<Model['stream']>): AsyncIterable<ModelEvent> {
    const [, signal] = asked
    // One that failed before its answer began stored nothing: the next goes ahead.
    while (!isWarm && ahead && !signal.aborted) await Promise.race([ahead, aborted(signal)])
    if (isWarm || signal.aborted) return yield* model.stream(...asked)
    let pass = (): void => undefined
    const mine = new Promise<void>((resolve) => (pass = resolve))
    ahead = mine
    try {
      for await (const event of model.stream(...asked)) {
        isWarm = true
        pass()
        yield event
      }
    } finally {
      ahead = undefined
      pass()
    }
  }
  return (model) => ({
    id: model.id,
    label: model.label,
    ...(model.endpoint !== undefined && { endpoint: model.endpoint }),
    stream: (...asked) => streamed(model, asked),
  })
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
