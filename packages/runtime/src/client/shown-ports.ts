import type { PortReply, PortRequest } from '@tabwright/protocol'

/** Programs of the sandbox that listen on ports. What they answer is as little to be trusted as any page. */
export interface PortsHandle {
  /** Where somebody listens now, ascending; the same array until that changes. */
  list(): readonly number[]
  /** For useSyncExternalStore. */
  subscribe(listener: () => void): () => void
  /**
   * Asks a program, with the files as they are now.
   * @throws FailureError `offline` where nobody listens, `busy`, `cut`, `too_large`, `not_permitted` in a tab that does not write
   */
  request(request: PortRequest): Promise<PortReply>
}

export interface ShownPorts extends PortsHandle {
  take(ports: readonly number[]): void
}

/** What the page knows of them. */
export function createShownPorts(request: PortsHandle['request']): ShownPorts {
  const listeners = new Set<() => void>()
  let ports: readonly number[] = []
  return {
    list: () => ports,
    request,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    take: (next) => {
      if (next.length === ports.length && next.every((port, n) => port === ports[n])) return
      ports = next
      for (const listener of listeners) listener()
    },
  }
}
