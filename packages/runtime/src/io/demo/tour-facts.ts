import { textOf } from '../model-json'
import type { Done, Situation } from './conversation'
import { contentOf } from './step'

/** What the tour has done so far, read from the results. */
export interface TourFacts {
  readonly situation: Situation
  readonly listing: Done | undefined
  /** Newest content read of each file. */
  readonly contents: ReadonlyMap<string, string>
  readonly edits: readonly Done[]
  readonly runs: readonly Done[]
  /** Files read again since the newest test run. */
  readonly isReread: boolean
  /** A change since the newest test run. */
  readonly isChanged: boolean
}

export function factsOf(situation: Situation): TourFacts {
  const { done } = situation
  const reads = done.filter((call) => call.name === 'read_file' && !call.isError)
  const lastRun = done.findLastIndex((call) => call.name === 'shell')
  const since = lastRun < 0 ? [] : done.slice(lastRun + 1)
  return {
    situation,
    listing: done.find((call) => call.name === 'list_files'),
    contents: new Map(reads.map((call) => [textOf(call.input['path']), contentOf(call.result)])),
    edits: done.filter((call) => call.name === 'edit_file'),
    runs: done.filter((call) => call.name === 'shell'),
    isReread: since.some((call) => call.name === 'read_file'),
    isChanged: since.some((call) => call.name === 'edit_file' && !call.isError),
  }
}
