import type { HandsChoice, SessionTaint } from '@tabwright/protocol'
import type { WebcontainerHands } from '../hands/webcontainer/webcontainer-hands'
import { openPorts, type PortsDesk, type PortsDeskOptions } from './ports-desk'

export interface AllPortsOptions extends Omit<PortsDeskOptions, 'sync'> {
  readonly webcontainers?: WebcontainerHands
  readonly state: () => { readonly hands: HandsChoice; readonly taint: SessionTaint }
}

/**
 * Programs that listen, of every place in this tab that a session's commands can have: a choice of another place ends none of them.
 * Where two listen on the same port, that of the place that is chosen is asked.
 */
export function openAllPorts(options: AllPortsOptions): PortsDesk {
  const { webcontainers, told, state } = options
  const listening: { sandbox: readonly number[]; container: readonly number[] } = { sandbox: [], container: [] }
  const tell = (place: keyof typeof listening) => (ports: readonly number[]) => {
    listening[place] = ports
    told([...new Set([...listening.sandbox, ...listening.container])].toSorted((a, b) => a - b))
  }
  const sandbox = openPorts({ ...options, told: tell('sandbox') })
  if (webcontainers === undefined) return sandbox
  const container = openPorts({
    ...options,
    hands: webcontainers,
    told: tell('container'),
    // It has a network: what a person closed is closed for files as well.
    sync: async (_lease, { files }) => {
      if (!state().taint.isClosed) await webcontainers.give(files)
      return []
    },
  })
  const isInContainer = (port: number): boolean =>
    listening.container.includes(port) && (state().hands.type === 'webcontainers' || !listening.sandbox.includes(port))
  return {
    request: (request, rest) => (isInContainer(request.port) ? container : sandbox).request(request, rest),
    close: () => {
      sandbox.close()
      container.close()
    },
  }
}
