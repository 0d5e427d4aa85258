import { parseFilesRequest, parsePageWord, type FilesAnswer, type FilesRequest } from '@tabwright/protocol'
import type { PageWord, PreviewOrder } from '@tabwright/protocol'
import { passOn } from './pass-on'
import type { PageAnswer } from './port-site'
import { createTurns } from './turns'

/** More than any page has to say: the app stops listening before it is kept busy. */
const MAX_WORDS_A_SECOND = 5000
/** So many of a page's requests are answered at once; the others wait for their turn, or all of their answers would lie in memory together. */
const MOST_AT_ONCE = 32
/** So many answers of a page go on at once. */
const MOST_STREAMS = 32

export interface FrameEvents {
  readonly word: (word: PageWord) => void
  /** The signal is aborted when nobody wants the answer any more. */
  readonly request: (request: FilesRequest, signal: AbortSignal) => Promise<PageAnswer>
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
  let desk: RequestDesk | undefined
  const closePorts = (): void => {
    words?.close()
    files?.close()
    // Whatever the page before still waited for.
    desk?.close()
    words = files = undefined
  }
  const filesPort = (): MessagePort => {
    const { port1, port2 } = new MessageChannel()
    files = port1
    const within = createMeter(on.flooded, closePorts)
    const own = createRequestDesk(port1, on.request)
    desk = own
    port1.onmessage = (event) => {
      if (!within()) return
      const asked = parseFilesRequest(event.data)
      if (asked?.type === 'drop') own.drop(asked.id)
      else if (asked !== undefined) own.take(asked)
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

/** The requests of one page. */
interface RequestDesk {
  take(request: FilesRequest): void
  /** The page does not want that answer any more. */
  drop(id: number): void
  close(): void
}

function createRequestDesk(port: MessagePort, find: FrameEvents['request']): RequestDesk {
  const inTurn = createTurns(MOST_AT_ONCE)
  const open = new Map<number, AbortController>()
  let streams = 0
  const reply = (id: number, { rest, ...answer }: PageAnswer, signal: AbortSignal): void => {
    const message: FilesAnswer = { type: 'answer', id, ...answer }
    if (rest === undefined) {
      open.delete(id)
      return port.postMessage(message)
    }
    streams += 1
    const ended = (): void => {
      streams -= 1
      open.delete(id)
    }
    port.postMessage(message, [passOn(rest, signal, ended)])
  }
  const answer = async (request: FilesRequest): Promise<void> => {
    const over = new AbortController()
    open.set(request.id, over)
    // One that goes on has no room any more: it comes whole, or not at all.
    const { takesPieces: _, ...whole } = request
    const asked = streams < MOST_STREAMS ? request : whole
    try {
      reply(request.id, await find(asked, over.signal), over.signal)
    } catch (error) {
      reply(request.id, { status: 500, headers: {}, body: null }, over.signal)
      reportError(error)
    }
  }
  return {
    take: (request) => inTurn(() => answer(request)),
    drop: (id) => open.get(id)?.abort(),
    close: () => {
      for (const over of open.values()) over.abort()
    },
  }
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
