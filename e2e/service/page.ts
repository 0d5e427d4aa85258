import { FROM_CONTAINER, sessionId, TO_CONTAINER } from '@tabwright/protocol'
import { stackblitzContainer } from '../../packages/runtime/src/client/container/stackblitz'
import { readMessage, textOfMessage } from './message-text'

/** What the machine asks of this page. */
export interface ServicePage {
  /** Boots a container, in the place of the one before. @returns its working directory */
  open(): Promise<string>
  /** A message for the container that is open, as text. */
  post(text: string): void
}

/** Name of the function by which the page passes on what the container says. */
const HEARD = 'tabwrightContainerHeard'

declare global {
  interface Window {
    readonly [HEARD]: (container: number, text: string) => Promise<void>
    servicePage: ServicePage
  }
}

// Whoever started the check was told of the terms in the terminal.
const container = stackblitzContainer(() => true)
let last = 0
let open: MessagePort | undefined

window.servicePage = {
  open: async () => {
    const { port, workdir } = await container.open(sessionId('check'))
    const id = ++last
    port.addEventListener('message', ({ data }: MessageEvent<unknown>) => void window[HEARD](id, textOfMessage(FROM_CONTAINER.parse(data))))
    port.start()
    open = port
    return workdir
  },
  post: (text) => open?.postMessage(TO_CONTAINER.parse(readMessage(text))),
}
