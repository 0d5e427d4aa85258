import { readAll } from '../../streams/stream'
import { FsError } from '../../tree/fs-error'
import { CommandError, type Call } from '../command'
import { errnoText } from '../../tree/errno-text'
import { OutputBuffer } from '../../streams/buffered'
import { LineReader, type SedLine } from './sed-input'

/** A place that lines are written to; a line that came without its end gets it when another follows. */
export class SedOutput {
  readonly buffer: OutputBuffer
  readonly #mark: string
  #isOpen = false

  constructor(buffer: OutputBuffer, mark: string) {
    this.buffer = buffer
    this.#mark = mark
  }

  line(text: string, isEnded = true): void {
    this.finishLine()
    this.buffer.put(isEnded ? text + this.#mark : text)
    this.#isOpen = !isEnded
  }

  /** Text as it is. */
  put(text: string | Uint8Array): void {
    this.finishLine()
    this.buffer.put(text)
  }

  finishLine(): void {
    if (this.#isOpen) this.buffer.put(this.#mark)
    this.#isOpen = false
  }
}

/** The files that a script names: those of `w` and of `R`. */
export class SedFiles {
  readonly #call: Call
  readonly #mark: string
  readonly #outputs = new Map<string, SedOutput>()
  readonly #readers = new Map<string, LineReader | undefined>()

  constructor(call: Call, mark: string, standard: SedOutput) {
    this.#call = call
    this.#mark = mark
    // The same place, but an unfinished line there is not known here.
    this.#outputs.set('/dev/stdout', new SedOutput(standard.buffer, mark))
    this.#outputs.set('/dev/stderr', new SedOutput(new OutputBuffer(call.stderr), mark))
  }

  /** Opens a file of `w`: it is emptied before the first line is read. */
  open(path: string): void {
    if (this.#outputs.has(path)) return
    try {
      this.#outputs.set(path, new SedOutput(new OutputBuffer(this.#call.create(path)), this.#mark))
    } catch (thrown) {
      if (!(thrown instanceof FsError)) throw thrown
      throw new CommandError(`couldn't open file ${path}: ${errnoText(thrown)}`, 4)
    }
  }

  output(path: string): SedOutput {
    const output = this.#outputs.get(path)
    if (output === undefined) throw new CommandError(`couldn't open file ${path}`, 4)
    return output
  }

  /** Files of `R` begin anew with each file that is read by itself. */
  rewind(): void {
    this.#readers.clear()
  }

  /** The next line of a file of `R`; undefined at its end and where it cannot be read. */
  async nextLine(path: string): Promise<SedLine | undefined> {
    if (!this.#readers.has(path)) this.#readers.set(path, this.#reader(path))
    const reader = this.#readers.get(path)
    await reader?.fill()
    return reader?.take()
  }

  #reader(path: string): LineReader | undefined {
    try {
      return new LineReader(path === '/dev/stdin' ? this.#call.stdin : this.#call.open(path), this.#mark === '\0' ? 0 : 10)
    } catch (thrown) {
      if (thrown instanceof FsError) return undefined
      throw thrown
    }
  }

  /** All of a file of `r`; undefined where it cannot be read. */
  async whole(path: string): Promise<Uint8Array | undefined> {
    try {
      return await readAll(path === '/dev/stdin' ? this.#call.stdin : this.#call.open(path))
    } catch (thrown) {
      if (thrown instanceof FsError) return undefined
      throw thrown
    }
  }

  async flush(): Promise<void> {
    for (const output of this.#outputs.values()) await output.buffer.flush()
  }
}
