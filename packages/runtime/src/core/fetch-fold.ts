import type { SessionEvent } from '@tabwright/protocol'
import type { FetchRecord } from './records'

/** Requests to the network that have not ended, after one more fact. */
export function foldFetches(fetches: readonly FetchRecord[], event: SessionEvent): readonly FetchRecord[] {
  switch (event.type) {
    case 'fetch.judged': {
      const { fetch: id, call, ...judged } = event.data
      // Judged anew it keeps its place.
      if (fetches.some((fetch) => fetch.id === id)) return fetches.map((fetch) => (fetch.id === id ? { id, call, judged } : fetch))
      return [...fetches, { id, call, judged }]
    }
    case 'fetch.decided': {
      const { fetch: id, ...decided } = event.data
      return fetches.map((fetch) => (fetch.id === id ? { ...fetch, decided } : fetch))
    }
    case 'fetch.ended':
      return fetches.filter((fetch) => fetch.id !== event.data.fetch)
    default:
      return fetches
  }
}
