import { OutputBuffer } from '../../streams/buffered'
import { PipeEnd } from '../../streams/open-file'
import { Pipe } from '../../streams/pipe'
import type { Input, Output } from '../../streams/stream'
import { bytesOf } from '../../text'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import type { Call } from '../command'
import { RecordReader, type RecordEnd } from './record-reader'
import { Fatal } from './values'

/** A file or command that the program writes to. */
export interface Sink {
  readonly buffer: OutputBuffer
  readonly isImmediate: boolean
  /** Ends it; gives the exit code of a command. */
  close(): Promise<number>
}

interface Source {
  readonly reader: RecordReader
  close(): Promise<number>
}

const DEVICES: ReadonlyMap<string, number> = new Map([
  ['/dev/stdout', 1],
  ['/dev/fd/1', 1],
  ['-', 1],
  ['/dev/stderr', 2],
  ['/dev/fd/2', 2],
])

/** Files and commands that are open, by the text that named them. */
export class Redirections {
  readonly stdout: OutputBuffer
  readonly #call: Call
  readonly #end: () => RecordEnd
  readonly #sinks = new Map<string, Sink>()
  readonly #sources = new Map<string, Source>()

  constructor(call: Call, end: () => RecordEnd) {
    this.#call = call
    this.#end = end
    this.stdout = new OutputBuffer(call.stdout)
  }

  /** Opens on first use. */
  sink(how: '>' | '>>' | '|', name: string): Sink {
    const known = this.#sinks.get(name)
    if (known !== undefined) return known
    if (name === '') throw new Fatal(`expression for \`${how}' redirection has null string value`)
    const sink = how === '|' ? this.#commandSink(name) : this.#fileSink(name, how === '>>')
    this.#sinks.set(name, sink)
    return sink
  }

  #fileSink(name: string, append: boolean): Sink {
    const device = DEVICES.get(name)
    if (device === 1) return { buffer: this.stdout, isImmediate: false, close: () => this.stdout.flush().then(() => 0) }
    if (device === 2) {
      const buffer = new OutputBuffer(this.#call.stderr)
      return { buffer, isImmediate: true, close: () => buffer.flush().then(() => 0) }
    }
    const output = this.#created(name, append)
    const buffer = new OutputBuffer(output)
    const close = async (): Promise<number> => {
      await buffer.flush()
      output.close()
      return 0
    }
    return { buffer, isImmediate: false, close }
  }

  #created(name: string, append: boolean): Output {
    try {
      return this.#call.create(name, { append })
    } catch (thrown) {
      if (thrown instanceof FsError) throw new Fatal(`cannot redirect to \`${name}': ${errnoText(thrown)}`)
      throw thrown
    }
  }

  #commandSink(script: string): Sink {
    const pipe = new Pipe()
    const [front, back] = [new PipeEnd(pipe, 'read'), new PipeEnd(pipe, 'write')]
    const { process } = this.#call
    // What was printed before stands before what the command prints.
    const ended = this.stdout
      .flush()
      .then(() => this.#call.exec([script], { isScript: true, stdin: front }))
      .finally(() => front.release())
    const buffer = new OutputBuffer({
      write: (data) => back.write(typeof data === 'string' ? bytesOf(data) : data, process),
      close: () => undefined,
    })
    const close = async (): Promise<number> => {
      await buffer.flush()
      back.release()
      return ended
    }
    return { buffer, isImmediate: false, close }
  }

  /** Opens on first use. @throws FsError */
  file(name: string): RecordReader {
    const known = this.#sources.get(`<${name}`)
    if (known !== undefined) return known.reader
    const input = name === '-' ? this.#call.stdin : this.#call.open(name)
    const reader = new RecordReader(input, this.#end)
    this.#sources.set(`<${name}`, { reader, close: () => Promise.resolve(reader.close()).then(() => 0) })
    return reader
  }

  /** Opens on first use. */
  async command(script: string): Promise<RecordReader> {
    const known = this.#sources.get(`|${script}`)
    if (known !== undefined) return known.reader
    await this.flush()
    const pipe = new Pipe()
    const [front, back] = [new PipeEnd(pipe, 'read'), new PipeEnd(pipe, 'write')]
    const { process } = this.#call
    const stdout: Output = { write: (data) => back.write(typeof data === 'string' ? bytesOf(data) : data, process), close: () => undefined }
    const ended = this.#call.exec([script], { isScript: true, stdout }).finally(() => back.release())
    const input: Input = { read: (max = 65_536) => front.read(max, process), close: () => front.release() }
    const reader = new RecordReader(input, this.#end)
    const close = (): Promise<number> => {
      reader.close()
      return ended
    }
    this.#sources.set(`|${script}`, { reader, close })
    return reader
  }

  /** `close(name)`: −1 where nothing has that name. */
  async close(name: string): Promise<number> {
    const sink = this.#sinks.get(name)
    const source = this.#sources.get(`<${name}`) ?? this.#sources.get(`|${name}`)
    this.#sinks.delete(name)
    this.#sources.delete(`<${name}`)
    this.#sources.delete(`|${name}`)
    if (sink !== undefined) return sink.close()
    return source?.close() ?? -1
  }

  /** Writes everything that is held. */
  async flush(): Promise<void> {
    await this.stdout.flush()
    for (const sink of this.#sinks.values()) await sink.buffer.flush()
  }

  /** `fflush(name)`. */
  async flushOne(name: string): Promise<number> {
    const sink = this.#sinks.get(name)
    await sink?.buffer.flush()
    return sink === undefined ? -1 : 0
  }

  /** At the end of the program: commands print what they have before the rest of standard output, as gawk does it. */
  async closeAll(): Promise<void> {
    for (const sink of [...this.#sinks.values()].toReversed()) await sink.close()
    for (const source of [...this.#sources.values()].toReversed()) await source.close()
    await this.stdout.flush()
  }
}
