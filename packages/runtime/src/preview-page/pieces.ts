import type { StreamPiece, StreamTaking } from '@tabwright/protocol'

/** The rest of an answer as a stream: a piece is taken when somebody reads, so a page that does not read slows the program down. */
export function streamOf(first: Uint8Array | null, rest: MessagePort, signal: AbortSignal): ReadableStream<Uint8Array> {
  const here: StreamPiece[] = []
  let wanted: (() => void) | undefined
  const say = (said: StreamTaking): void => rest.postMessage(said)
  const leave = (): void => {
    say({ type: 'drop' })
    rest.close()
  }
  const next = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    const piece = wanted && here.shift()
    if (piece === undefined) return
    if (piece.type === 'piece') {
      controller.enqueue(piece.bytes)
      say({ type: 'took' })
    } else {
      rest.close()
      if (piece.why === undefined) controller.close()
      else controller.error(new TypeError(piece.why))
    }
    wanted?.()
    wanted = undefined
  }
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      if (first !== null && first.length > 0) controller.enqueue(first)
      rest.onmessage = ({ data }: MessageEvent<StreamPiece>) => {
        here.push(data)
        next(controller)
      }
      signal.addEventListener('abort', () => {
        leave()
        controller.error(signal.reason)
        wanted?.()
      })
    },
    pull: (controller) =>
      new Promise<void>((resolve) => {
        wanted = resolve
        next(controller)
      }),
    cancel: leave,
  })
}
