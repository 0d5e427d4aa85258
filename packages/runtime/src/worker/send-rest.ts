import { failureOf, joinBytes, parseStreamTaking, type StreamPiece, type StreamTaking } from '@tabwright/protocol'

/** What of an answer is given out at once, and how the rest of it is had. */
export interface Begun {
  readonly body: Uint8Array
  /** Left out where that is all of it. */
  readonly rest?: Pieces
}

/** A body from which one piece is asked for already. */
interface Pieces {
  readonly next: Promise<IteratorResult<Uint8Array, unknown>>
  readonly from: AsyncIterator<Uint8Array>
}

/** Pieces that nobody took yet. */
const AHEAD = 4
/** Small pieces are gathered for so long: a program that writes many of them must not flood the page with messages. */
const SPACE_MS = 8
/** From here on a piece is worth a message at once. */
const LARGE = 32_768
const LARGEST = 262_144

/** Takes what is there until it is all, a piece is large enough, or `patience` is over. */
export async function beginningOf(body: AsyncIterable<Uint8Array>, patience: Promise<'over'>): Promise<Begun> {
  const from = body[Symbol.asyncIterator]()
  const parts: Uint8Array[] = []
  let size = 0
  for (let next = from.next(); ; next = from.next()) {
    const got = await Promise.race([next, patience])
    if (got === 'over') return { body: joinBytes(parts), rest: { next, from } }
    if (got.done === true) return { body: joinBytes(parts) }
    parts.push(got.value)
    size += got.value.length
    if (size >= LARGEST) return { body: joinBytes(parts), rest: { next: from.next(), from } }
  }
}

/**
 * Sends the rest of an answer, no faster than it is taken, until it is all or nobody wants it. What is not a word of ours ends it:
 * whoever is at the other end is a page of a program.
 */
export async function sendRest({ next: first, from }: Pieces, port: MessagePort, dropped: AbortSignal): Promise<void> {
  const taken = createTaken(port, dropped)
  const say = (said: StreamPiece): void => port.postMessage(said)
  try {
    let next = first
    // What fails while nobody waits for it is told when its turn comes.
    next.catch(() => undefined)
    while (await taken.room()) {
      const got = await next
      if (got.done === true) break
      const gathered = await gather(got.value, from)
      say({ type: 'piece', bytes: gathered.bytes })
      taken.sent()
      if (gathered.next === undefined) break
      next = gathered.next
    }
    say({ type: 'end', ...(dropped.aborted && { why: 'The program is asked no more.' }) })
  } catch (error) {
    say({ type: 'end', why: failureOf(error).message })
  } finally {
    port.close()
    await from.return?.()
  }
}

/** What comes within a moment goes with it. */
async function gather(
  first: Uint8Array,
  from: AsyncIterator<Uint8Array>,
): Promise<{ bytes: Uint8Array; next: Promise<IteratorResult<Uint8Array, unknown>> | undefined }> {
  const parts = [first]
  let size = first.length
  let timer: ReturnType<typeof setTimeout> | undefined
  const moment = new Promise<'over'>((resolve) => (timer = setTimeout(() => resolve('over'), SPACE_MS)))
  try {
    for (let next = from.next(); ; next = from.next()) {
      // A failure is told after this piece.
      next.catch(() => undefined)
      const got = size >= LARGE ? 'over' : await Promise.race([next, moment]).catch(() => 'over' as const)
      if (got === 'over') return { bytes: joinBytes(parts), next }
      if (got.done === true) return { bytes: joinBytes(parts), next: undefined }
      parts.push(got.value)
      size += got.value.length
    }
  } finally {
    clearTimeout(timer)
  }
}

interface Taken {
  /** Resolves when one more may be sent; false: nobody wants it. */
  room(): Promise<boolean>
  sent(): void
}

function createTaken(port: MessagePort, dropped: AbortSignal): Taken {
  let ahead = 0
  let wake = (): void => undefined
  port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const said: StreamTaking | undefined = parseStreamTaking(data)
    if (said?.type === 'took') ahead = Math.max(0, ahead - 1)
    wake()
  })
  port.start()
  dropped.addEventListener('abort', () => wake(), { once: true })
  return {
    room: async () => {
      while (ahead >= AHEAD && !dropped.aborted) await new Promise<void>((resolve) => (wake = resolve))
      return !dropped.aborted
    },
    sent: () => (ahead += 1),
  }
}
