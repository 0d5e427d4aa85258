import { blobHash, type BlobHash, type Content, type FileChange, type SessionEvent } from '@tabwright/protocol'

/** Every content that these facts name. */
export function blobsOf(events: readonly SessionEvent[]): ReadonlySet<BlobHash> {
  const named = new Set<BlobHash>()
  for (const event of events) {
    if (event.type === 'workspace.changed') for (const change of event.data.changes) addSides(named, change)
    if (event.type === 'message.user' || event.type === 'message.assistant') addImages(named, event.data.content)
  }
  return named
}

function addSides(named: Set<BlobHash>, { before, after }: FileChange): void {
  for (const side of [before, after]) if (side !== null) named.add(side)
}

function addImages(named: Set<BlobHash>, content: readonly Content[]): void {
  for (const block of content) if (block.type === 'image' && /^[0-9a-f]{64}$/.test(block.blob)) named.add(blobHash(block.blob))
}
