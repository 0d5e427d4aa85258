import { FailureError, type FailureCode } from '@tabwright/protocol'

const SENTENCES = {
  storage_full:
    'Storage is full, so this could not be saved. Nothing already written is lost. Free some space (delete old sessions) and try again.',
  storage_off: 'This browser keeps no data for the site (private mode or a policy), so nothing would outlive the tab.',
  lost: 'The browser lost its connection to the stored data, and opening it again did not help. Reload the page; what was written is kept.',
  newer: 'The stored data was written by a newer version of the app. Reload to update; nothing was changed.',
} as const

/** What a browser's storage error means to a person. The original error stays as `cause`. */
export function storageFailure(error: unknown): FailureError {
  if (error instanceof FailureError) return error
  const named = nameOf(error)
  if (isFull(error)) return failure('storage_full', SENTENCES.storage_full, error)
  if (named === 'VersionError') return failure('newer', SENTENCES.newer, error)
  if (isLostConnection(error)) return failure('storage_off', SENTENCES.lost, error)
  const message = error instanceof Error ? error.message : String(error)
  return failure('unexpected', `Saving failed (${named || 'unknown error'}: ${message}). Nothing already written is lost.`, error)
}

/** What is thrown where nothing was tried, since there is known to be no room. */
export function storageFull(): FailureError {
  return failure('storage_full', SENTENCES.storage_full, undefined)
}

/** Why a database could not be opened at all. A refusal by the browser means that it keeps nothing for this site. */
export function openFailure(error: unknown): FailureError {
  const named = nameOf(error)
  // Firefox answers InvalidStateError in private windows, a blocked third-party frame SecurityError, an old one TypeError.
  const refused = ['InvalidStateError', 'SecurityError', 'NotSupportedError', 'ReferenceError', 'TypeError', 'UnknownError']
  if (isFull(error) || !refused.includes(named)) return storageFailure(error)
  return failure('storage_off', SENTENCES.storage_off, error)
}

/** The connection died under us: opening it anew may help, using it again cannot. */
export function isLostConnection(error: unknown): boolean {
  const named = nameOf(error)
  // Safari's storage process reports its own death as UnknownError ("Connection to Indexed Database server lost").
  return named === 'InvalidStateError' || named === 'AbortError' || (named === 'UnknownError' && !isFull(error))
}

/** Two writers met at one key. */
export function isConstraint(error: unknown): boolean {
  return nameOf(error) === 'ConstraintError'
}

function isFull(error: unknown): boolean {
  if (nameOf(error) === 'QuotaExceededError') return true
  // A full disk below the quota is reported by name only as UnknownError.
  return nameOf(error) === 'UnknownError' && error instanceof Error && /space|quota|disk/i.test(error.message)
}

/** An error's name by duck typing: a DOMException of another realm is no instance of ours. */
export function nameOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error && typeof error.name === 'string' ? error.name : ''
}

function failure(code: FailureCode, message: string, cause: unknown): FailureError {
  return new FailureError({ code, message }, { cause })
}
