import type { SessionId } from '@tabwright/protocol'
import type { IncomingFiles } from '@tabwright/ui'

const waiting = new Map<SessionId, IncomingFiles>()

/** These files are to be imported as soon as this new session is open: the person chose them on the start page. */
export function bringFirst(session: SessionId, files: IncomingFiles): void {
  waiting.set(session, files)
}

/** Once. A reload in between forgets them: files of a disk are the page's only as long as it lives. */
export function takeFirstFiles(session: SessionId): IncomingFiles | undefined {
  const files = waiting.get(session)
  waiting.delete(session)
  return files
}
