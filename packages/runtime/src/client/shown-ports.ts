import type { PortReply, PortRequest } from '@tabwright/protocol'

/** Programs of the sandbox that listen on ports. What they answer is as little to be trusted as any page. */
export interface PortsHandle {
  /** Where somebody listens now, ascending; the same array until that changes. */
  list(): readonly number[]
  /** For useSyncExternalStore. */
  subscribe(listener: () => void): () => void
  /**
   * Asks a program, with the files as they are now. @param rest where the rest of an answer that goes on is sent (`sendRest`); left out: answers come whole
   * @throws FailureError `offline` where nobody listens, `busy`, `cut`, `too_large`, `not_permitted` in a tab that does not write
   */
  request(request: PortRequest, rest?: MessagePort): Promise<PortReply>
  /** Those of the changed paths that are news for a page: not what programs write again and again, maybe because it is loaded. Each is left out once. */
  newsOf(paths: readonly string[]): readonly string[]
}

export interface ShownPorts extends PortsHandle {
  take(ports: readonly number[]): void
  /** Programs write these again and again; they are among the next changes. */
  takeWritten(paths: readonly string[]): void
}

const MOST_WRITTEN = 1000

/** What the page knows of them. */
export function createShownPorts(request: PortsHandle['request']): ShownPorts {
  const listeners = new Set<() => void>()
  let ports: readonly number[] = []
  let written = new Set<string>()
  return {
    list: () => ports,
    request,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    takeWritten: (paths) => {
      // Where nobody shows a page nobody asks for them.
      written = new Set([...[...written].slice(-MOST_WRITTEN), ...paths])
    },
    newsOf: (paths) => paths.filter((path) => !written.delete(path)),
    take: (next) => {
      if (next.length === ports.length && next.every((port, n) => port === ports[n])) return
      ports = next
      for (const listener of listeners) listener()
    },
  }
}
