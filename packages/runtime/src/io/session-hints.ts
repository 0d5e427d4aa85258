import type { SessionId } from '@tabwright/protocol'
import type { StoreHint } from './session-store'

/** The channel on which the list of sessions is said to have changed. */
export const CATALOGUE_CHANNEL = 'catalogue'

/** The channel of one session's hints. */
export function sessionChannel(session: SessionId): string {
  return `session:${session}`
}

/** Another build of the app may speak on the same channel; what this one does not know it does not hear. */
export function parseHint(message: unknown): StoreHint | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined
  if (message.type === 'appended' && 'head' in message && typeof message.head === 'number') return { type: 'appended', head: message.head }
  if (message.type === 'posted' && 'n' in message && typeof message.n === 'number') return { type: 'posted', n: message.n }
  if (message.type === 'claimed' && 'epoch' in message && typeof message.epoch === 'number')
    return { type: 'claimed', epoch: message.epoch }
  return undefined
}
