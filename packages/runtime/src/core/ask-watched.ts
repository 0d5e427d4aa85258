import type { Failure } from '@tabwright/protocol'
import { OURS } from './own-failure'
import { askModel, type Asking } from './request'
import { watchSleep } from './sleep'

/** A request, and what may end it before its answer does. */
export interface Watched extends Omit<Asking, 'cutBy'> {
  /** The person wants the turn to end. */
  readonly isStopped: () => boolean
  /** The clock could not be watched. */
  readonly failed: (error: unknown) => void
}

/** Asks the model; a stop and a computer that slept cut the stream. */
export async function askWatched({ isStopped, failed, signal, ...asking }: Watched): Promise<void> {
  const stream = new AbortController()
  const stopped = (): void => stream.abort()
  signal.addEventListener('abort', stopped, { once: true })
  let cut: Failure | undefined
  const slept = (): void => {
    cut = SLEPT
    stream.abort()
  }
  const watch = watchSleep(asking.ports.clock, slept, failed)
  try {
    await askModel({ ...asking, signal: stream.signal, cutBy: () => (isStopped() ? undefined : cut) })
  } finally {
    watch.end()
    signal.removeEventListener('abort', stopped)
  }
}

const SLEPT: Failure = {
  code: 'cut',
  message: 'The computer slept while the answer was on its way. It is asked for again; nothing was run twice.',
  detail: OURS,
}
