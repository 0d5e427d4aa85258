import { parseFilesRequest, parsePageWord, type FilesAnswer, type FilesRequest } from '@tabwright/protocol'
import type { PageWord, PreviewOrder } from '@tabwright/protocol'
import { createTurns } from './turns'

/** More than any page has to say: the app stops listening before it is kept busy. */
const MAX_WORDS_A_SECOND = 5000
/** So many of a page's requests are answered at once; the others wait for their turn, or all of their answers would lie in memory together. */
const MOST_AT_ONCE = 32

export interface FrameEvents {
  readonly word: (word: PageWord) => void
  readonly request: (request: FilesRequest) => Promise<Omit<FilesAnswer, 'type' | 'id'>>
  /** It says too much; nothing that it says is heard any more. */
  readonly flooded: () => void
}

/** A frame with a page of the workspace, and the only two ports by which the app hears of it. */
export interface PreviewFrame {
  readonly element: HTMLIFrameElement
  order(order: PreviewOrder): void
  close(): void
}

/**
 * Puts a preview into `parent`. Each page of it gets new ports; those of the page before are closed. There is no other ear for it: what it
 * posts to this window is heard by nobody.
 * @param to the path that is shown first
 */
export function openPreviewFrame(
  parent: HTMLElement,
  where: { readonly origin: string; readonly to: string },
  on: FrameEvents,
): PreviewFrame {
  const element = document.createElement('iframe')
  element.title = 'Preview'
  // No `allow-modals`: a dialog of the page would stop the app around it. No way out of the frame either.
  element.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms')
  element.setAttribute('allow', '')
  element.setAttribute('referrerpolicy', 'no-referrer')
  let words: MessagePort | undefined
  let files: MessagePort | undefined
  const closePorts = (): void => {
    words?.close()
    files?.close()
    words = files = undefined
  }
  const filesPort = (): MessagePort => {
    const { port1, port2 } = new MessageChannel()
    files = port1
    const within = createMeter(on.flooded, closePorts)
    const inTurn = createTurns(MOST_AT_ONCE)
    port1.onmessage = (event) => {
      if (!within()) return
      const request = parseFilesRequest(event.data)
      if (request !== undefined) inTurn(() => answer(port1, request, on.request))
    }
    return port2
  }
  const connect = (): void => {
    closePorts()
    const { port1, port2 } = new MessageChannel()
    words = port1
    const within = createMeter(on.flooded, closePorts)
    port1.onmessage = (event) => {
      if (!within()) return
      const word = parsePageWord(event.data)
      if (word !== undefined) on.word(word)
    }
    // To this origin alone: whatever else may be in the frame by now gets nothing.
    element.contentWindow?.postMessage({ type: 'connect' }, where.origin, [port2, filesPort()])
  }
  element.addEventListener('load', connect)
  element.src = `${where.origin}${where.to}`
  parent.append(element)
  return {
    element,
    order: (order) => words?.postMessage(order satisfies PreviewOrder),
    close: () => {
      closePorts()
      element.remove()
    },
  }
}

function answer(port: MessagePort, request: FilesRequest, find: FrameEvents['request']): Promise<void> {
  const reply = (answer: Omit<FilesAnswer, 'type' | 'id'>): void => {
    const message: FilesAnswer = { type: 'answer', id: request.id, ...answer }
    port.postMessage(message)
  }
  return find(request).then(reply, (error: unknown) => {
    reply({ status: 500, headers: {}, body: null })
    reportError(error)
  })
}

/** False from the moment at which more came in a second than may; tells so once. */
function createMeter(flooded: () => void, close: () => void): () => boolean {
  let second = 0
  let count = 0
  return () => {
    const now = Math.floor(performance.now() / 1000)
    if (now !== second) {
      second = now
      count = 0
    }
    count += 1
    if (count === MAX_WORDS_A_SECOND + 1) {
      close()
      flooded()
    }
    return count <= MAX_WORDS_A_SECOND
  }
}
