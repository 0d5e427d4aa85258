import { Buffer } from 'buffer'
import stream, { Readable } from 'readable-stream'
import { bytesOf } from './context'

/** All of a stream, Node's or the web's. */
async function whole(source: AsyncIterable<unknown>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of source) parts.push(bytesOf(part))
  return Buffer.concat(parts)
}

const textOf = async (source: AsyncIterable<unknown>): Promise<string> => new TextDecoder().decode(await whole(source))

/** `stream/consumers`. */
export const consumers: Readonly<Record<string, (source: AsyncIterable<unknown>) => Promise<unknown>>> = {
  buffer: whole,
  text: textOf,
  json: async (source) => JSON.parse(await textOf(source)),
  arrayBuffer: async (source) => new Uint8Array(await whole(source)).buffer,
  blob: async (source) => new Blob([new Uint8Array(await whole(source))]),
}

/** `Readable.toWeb`: a chunk of bytes is a `Uint8Array` there. */
function toWeb(source: Readable): ReadableStream {
  const chunks = source[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done === true) controller.close()
      else controller.enqueue(Buffer.isBuffer(value) ? new Uint8Array(value) : value)
    },
    async cancel(reason) {
      source.destroy(reason instanceof Error ? reason : undefined)
    },
  })
}

/** `Readable.fromWeb`. */
function fromWeb(source: ReadableStream, options?: object): Readable {
  const reader = source.getReader()
  return new Readable({
    ...options,
    read(this: Readable) {
      reader.read().then(
        ({ done, value }) => this.push(done ? null : value instanceof Uint8Array ? Buffer.from(value) : value),
        (thrown: unknown) => this.destroy(thrown instanceof Error ? thrown : new Error(String(thrown))),
      )
    },
    destroy(thrown, done) {
      reader.cancel(thrown).then(
        () => done(thrown),
        () => done(thrown),
      )
    },
  })
}

/** `stream`: the library's, with what it lacks. */
export function streamModule(): object {
  Object.assign(Readable, { toWeb, fromWeb })
  // Programs ask whether something is a stream by the module itself.
  Object.assign(stream, { Stream: stream })
  return stream
}

/** `stream/web`: the platform's own. */
export const webStreams = {
  ReadableStream,
  ReadableStreamDefaultReader,
  WritableStream,
  TransformStream,
  ByteLengthQueuingStrategy,
  CountQueuingStrategy,
  TextEncoderStream,
  TextDecoderStream,
  CompressionStream,
  DecompressionStream,
}
