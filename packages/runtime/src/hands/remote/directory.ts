import { type DirectoryWord, fail, FailureError, type Json, type Read } from '@tabwright/protocol'

/**
 * Calls a function of a directory's worker.
 * @throws FailureError `unavailable` where nobody is there; with an outcome that is unknown where it was gone before it answered
 */
export type CallDirectory = (word: DirectoryWord, data: Json, signal?: AbortSignal) => Promise<Json>

/** Calls that answer in the form that both sides know. */
export async function ask<T>(call: CallDirectory, word: DirectoryWord, { data, answer, signal }: Asked<T>): Promise<T> {
  const read = answer.safeParse(await call(word, data, signal))
  return read.success ? read.data : fail('unexpected', `What the directory answered to "${word}" is no answer to it. Nothing was taken.`)
}

/** What it comes to. Who is stopped waits no longer. @throws FailureError `aborted` */
export async function orStopped<T>(waited: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new FailureError({ code: 'aborted', message: 'The command was not started.' }))
  })
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    return await Promise.race([waited, stopped])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

interface Asked<T> {
  readonly data: Json
  readonly answer: Read<T>
  readonly signal?: AbortSignal
}
