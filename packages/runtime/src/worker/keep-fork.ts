import type { SessionId } from '@tabwright/protocol'
import { forkSession, type ForkPorts } from '../io/fork'
import { importSession } from '../portable/portable'

/** What keeping a fork takes from outside. */
export interface KeepForkPorts extends ForkPorts {
  readonly remove: (session: SessionId) => Promise<void>
  /** What was removed goes for good in a while. */
  readonly purge: () => void
}

/** A session of one's own that begins as the one in an archive. What it was read from goes, also where no fork came of it. */
export async function keepFork(archive: Uint8Array, { remove, purge, ...ports }: KeepForkPorts): Promise<SessionId> {
  const read = await importSession(archive, { ...ports, store: ports.images })
  try {
    return await forkSession(read, undefined, ports)
  } finally {
    await remove(read)
    purge()
  }
}
