import type { NetFailure } from './net-failure'

/** A transfer that failed, by curl's number. */
export class CurlFailure extends Error {
  readonly code: number
  readonly kind: NetFailure['kind']

  constructor(code: number, message: string, kind: NetFailure['kind'] = 'other') {
    super(message)
    this.code = code
    this.kind = kind
  }
}
