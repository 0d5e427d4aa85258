import { isJsonObject, type Failure } from '@tabwright/protocol'

/** Marks a request that ended on this side (the computer slept, the worker died): the server failed nobody, so no try was used up. */
export const OURS = { ours: true } as const

/** Whether a request ended so. */
export function isOurs({ detail }: Failure): boolean {
  return isJsonObject(detail) && detail['ours'] === true
}
