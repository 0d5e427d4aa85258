import type { SessionId } from '@tabwright/protocol'
import type { OpenOptions, SessionHandle } from '@tabwright/runtime'

/** The sessions that run in this tab. */
export interface Handles {
  /**
   * The session's handle, opened if need be. It stays open at least until {@link Handles.leave}.
   * @param options asked for when it can be opened: what opens sessions may have to be fetched, and something else be chosen meanwhile
   */
  enter(session: SessionId, options: () => OpenOptions): Promise<SessionHandle>
  /** Nobody looks any more: closed as soon as its agent rests, not before. */
  leave(session: SessionId): void
  /** From the next turn on every open session uses this. */
  reconnect(options: Omit<OpenOptions, 'session'>): void
  /** Gone at once, whatever it does. */
  drop(session: SessionId): void
  /** Whether a reload would end something: a turn that is not at its end, or a command of the person's. */
  isAtWork(): boolean
  /** Called when {@link Handles.isAtWork} may say something else. */
  watch(listener: () => void): () => void
}

/** Opens a session in a worker of its own. */
export type OpenSession = (options: OpenOptions) => SessionHandle

interface Kept {
  readonly handle: SessionHandle
  watchers: number
  unwatch: () => void
}

/** React mounts twice in development and routes change back and forth: a worker that would be started again at once is not stopped. */
const LINGER_MS = 2000

/** One worker a session: looking away from a session that works must not stop it, and coming back must find the same one. */
export function createHandles(opener: () => Promise<OpenSession>, report: (error: unknown) => void): Handles {
  const kept = new Map<SessionId, Kept>()
  const listeners = new Set<() => void>()
  const tell = (): void => {
    for (const listener of listeners) listener()
  }

  const drop = (session: SessionId): void => {
    const one = kept.get(session)
    if (one === undefined) return
    kept.delete(session)
    one.unwatch()
    one.handle.close()
    tell()
  }
  const closeWhenIdle = (session: SessionId): void => {
    const one = kept.get(session)
    // What a person started in the terminal goes on too; the handle tells when it has ended.
    if (one === undefined || one.watchers > 0 || one.handle.terminal.isRunning()) return
    const { type } = one.handle.getScreen().status
    // A session that waits for a person holds nothing that a reload would not bring back.
    if (type === 'idle' || type === 'waiting' || one.handle.getRole().type !== 'writer') drop(session)
  }

  return {
    drop,
    async enter(session, options) {
      const open = await opener()
      const known = kept.get(session)
      if (known !== undefined) {
        known.watchers += 1
        return known.handle
      }
      const handle = open(options())
      const unwatch = handle.subscribe(() => {
        closeWhenIdle(session)
        tell()
      })
      kept.set(session, { handle, watchers: 1, unwatch })
      return handle
    },
    isAtWork: () =>
      [...kept.values()].some(({ handle }) => {
        const isOurs = handle.getRole().type === 'writer'
        return isOurs && (handle.getScreen().status.type !== 'idle' || handle.terminal.isRunning())
      }),
    watch(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    leave(session) {
      const one = kept.get(session)
      if (one === undefined) return
      one.watchers -= 1
      setTimeout(() => closeWhenIdle(session), LINGER_MS)
    },
    reconnect({ model, access }) {
      for (const { handle } of kept.values()) handle.setModel(model, access).catch(report)
    },
  }
}
