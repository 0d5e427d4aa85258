import { createHash } from 'node:crypto'
import { rawMember } from '../wire-linter'

/** What a model was told before the task: another text is another product, so a report names it. */
export interface Versions {
  /** SHA-256 of the bytes that were sent, the first twelve digits. */
  readonly prompt: string
  readonly tools: string
}

/** @param body of a session's first request */
export function versionsOf(body: string): Versions {
  const of = (member: string): string =>
    createHash('sha256')
      .update(rawMember(body, member) ?? '')
      .digest('hex')
      .slice(0, 12)
  return { prompt: of('system'), tools: of('tools') }
}
