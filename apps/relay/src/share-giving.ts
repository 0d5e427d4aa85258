import type { ServerResponse } from 'node:http'
import type { Limits } from './limits'

/** Answers with shared sessions that their readers have not taken yet. */
export interface ShareGiving {
  /**
   * Notes that an answer of so many bytes begins; it counts until it is taken or cut. A reader who takes nothing for long is cut.
   * @returns false: there is no room for it now
   */
  begin(outgoing: ServerResponse, of: { readonly address: string; readonly bytes: number }): boolean
}

/** What waits lies in memory whole: who asks and does not read must not fill it, neither alone nor from many addresses. */
export function createShareGiving(limits: Pick<Limits, 'shareWaiting' | 'shareWaitingEach' | 'shareSilenceMs'>): ShareGiving {
  const each = new Map<string, number>()
  let all = 0
  const add = (address: string, bytes: number): void => {
    all += bytes
    const now = (each.get(address) ?? 0) + bytes
    if (now > 0) each.set(address, now)
    else each.delete(address)
  }
  return {
    begin(outgoing, { address, bytes }) {
      if (all + bytes > limits.shareWaiting || (each.get(address) ?? 0) + bytes > limits.shareWaitingEach) return false
      add(address, bytes)
      outgoing.once('close', () => add(address, -bytes))
      // Node counts what the reader takes as a sign of life, not what is written.
      outgoing.setTimeout(limits.shareSilenceMs, () => outgoing.destroy())
      return true
    },
  }
}
