import { bytesOf, joined, textOf } from '../text'

/** Where a command reads. Chunks are never changed after they were given. */
export interface Input {
  /** The next bytes, at most `max` where given; undefined at the end. */
  read(max?: number): Promise<Uint8Array | undefined>
  /** Tells the writer, if any, that nobody listens. Safe to call twice. */
  close(): void
}

/** Where a command writes. A write ends when there is room for more, so a slow reader slows the writer down. */
export interface Output {
  /** @throws Killed with PIPE where nobody will ever read it */
  write(data: Uint8Array | string): Promise<void>
  close(): void
}

/** Everything that is left. */
export async function readAll(input: Input): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for (let part = await input.read(); part !== undefined; part = await input.read()) parts.push(part)
  return joined(parts)
}

/** Everything that is left, as text. */
export async function readText(input: Input): Promise<string> {
  return textOf(await readAll(input))
}

/** Bytes up to and with `separator`; the last piece may lack it. Pieces are given as soon as they are whole. */
export async function* pieces(input: Input, separator = 0x0a): AsyncGenerator<Uint8Array, void> {
  let rest: Uint8Array[] = []
  for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) {
    let from = 0
    for (let at = chunk.indexOf(separator); at >= 0; at = chunk.indexOf(separator, from)) {
      const piece = chunk.subarray(from, at + 1)
      from = at + 1
      if (rest.length === 0) yield piece
      else {
        rest.push(piece)
        yield joined(rest)
        rest = []
      }
    }
    if (from < chunk.length) rest.push(chunk.subarray(from))
  }
  if (rest.length > 0) yield joined(rest)
}

/** One line of an input. */
export interface Line {
  /** Without its end. */
  readonly text: string
  /** False for a last line without a newline. */
  readonly isEnded: boolean
}

/** Lines as text, as they arrive. */
export async function* lines(input: Input, separator = 0x0a): AsyncGenerator<Line, void> {
  for await (const piece of pieces(input, separator)) {
    const isEnded = piece.at(-1) === separator
    yield { text: textOf(isEnded ? piece.subarray(0, -1) : piece), isEnded }
  }
}

/** An input of given bytes. */
export function inputOf(data: Uint8Array | string): Input {
  const bytes = typeof data === 'string' ? bytesOf(data) : data
  let at = 0
  return {
    read: (max = 65_536) => {
      if (at >= bytes.length) return Promise.resolve(undefined)
      const part = bytes.subarray(at, at + max)
      at += part.length
      return Promise.resolve(part)
    },
    close: () => {
      at = bytes.length
    },
  }
}
