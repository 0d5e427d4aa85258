import { parseStreamTaking, type StreamPiece, type StreamTaking } from '@tabwright/protocol'

/**
 * Hands the pieces of an answer on to a page, and what the page says of them back. What is none of its words, or says that it took more
 * than there was, ends the answer. @param ended called once, at the end
 * @returns the page's end
 */
export function passOn(program: MessagePort, signal: AbortSignal, ended: () => void): MessagePort {
  const { port1: page, port2 } = new MessageChannel()
  let ahead = 0
  let isOver = false
  const close = (): void => {
    if (isOver) return
    isOver = true
    program.close()
    page.close()
    ended()
  }
  const drop = (): void => {
    if (!isOver) program.postMessage({ type: 'drop' } satisfies StreamTaking)
    close()
  }
  program.onmessage = ({ data }: MessageEvent<StreamPiece>) => {
    page.postMessage(data)
    if (data.type === 'end') close()
    else ahead += 1
  }
  page.onmessage = ({ data }: MessageEvent<unknown>) => {
    const said = parseStreamTaking(data)
    if (said?.type !== 'took' || ahead === 0) return drop()
    ahead -= 1
    program.postMessage(said)
  }
  if (signal.aborted) drop()
  else signal.addEventListener('abort', drop, { once: true })
  return port2
}
