import { type DirectoryWord, fail, type Json, type Read } from '@tabwright/protocol'

/** A directory of some machine that is offered at the relay (`tabwright hands`). */
export interface Directory {
  /** What its functions begin with. */
  readonly name: string
  /** Of machine and path: another directory of the same name has another one. */
  readonly mark: string
  /** Commands are kept to it, and off the network, by its system. */
  readonly isConfined: boolean
}

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

interface Asked<T> {
  readonly data: Json
  readonly answer: Read<T>
  readonly signal?: AbortSignal
}
