import { Buffer } from 'buffer'
import { Deflate, Gunzip, Gzip, Inflate, Unzlib, Zlib } from 'fflate'
import { Transform } from 'readable-stream'
import { bytesOf } from './context'

/** A codec of the library that takes its input in pieces. */
interface Codec {
  ondata: (chunk: Uint8Array<ArrayBuffer>, isLast: boolean) => void
  push(chunk: Uint8Array, isLast?: boolean): void
}

const MAKERS: Readonly<Record<string, () => Codec>> = {
  Gzip: () => new Gzip(),
  Gunzip: () => new Gunzip(),
  Deflate: () => new Zlib(),
  Inflate: () => new Unzlib(),
  DeflateRaw: () => new Deflate(),
  InflateRaw: () => new Inflate(),
}

function codecStream(codec: Codec, worded: (thrown: unknown) => Error): Transform {
  const attempt = (work: () => void, done: (error?: Error) => void): void => {
    try {
      work()
      done()
    } catch (thrown) {
      done(worded(thrown))
    }
  }
  const stream = new Transform({
    transform: (chunk: unknown, encoding: unknown, done: (error?: Error) => void) =>
      attempt(() => codec.push(bytesOf(chunk, encoding === 'buffer' ? 'utf8' : encoding)), done),
    flush: (done: (error?: Error) => void) => attempt(() => codec.push(new Uint8Array(), true), done),
  })
  codec.ondata = (chunk) => {
    if (chunk.length > 0) stream.push(Buffer.from(chunk))
  }
  return stream
}

/** `zlib.createGzip` and the others. @param worded an error of the library in Node's words */
export function zlibStreams(worded: (thrown: unknown) => Error): Record<string, () => Transform> {
  return Object.fromEntries(Object.entries(MAKERS).map(([name, make]) => [`create${name}`, () => codecStream(make(), worded)]))
}
