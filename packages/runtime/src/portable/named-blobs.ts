import type { BlobHash, FileChange, SessionEvent } from '@tabwright/protocol'
import { contentsNamed } from '../core/attached'

/** Every content that these facts name. */
export function blobsOf(events: readonly SessionEvent[]): ReadonlySet<BlobHash> {
  const named = new Set<BlobHash>()
  for (const event of events) {
    if (event.type === 'workspace.changed') for (const change of event.data.changes) addSides(named, change)
    for (const hash of contentsNamed(event)) named.add(hash)
  }
  return named
}

function addSides(named: Set<BlobHash>, { before, after }: FileChange): void {
  for (const side of [before, after]) if (side !== null) named.add(side)
}
