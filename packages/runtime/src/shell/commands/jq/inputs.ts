import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import type { Input } from '../../streams/stream'
import type { Call } from '../command'
import { blocksOf, FILE_END } from './blocks'
import { isArray, isObject, type Json } from './json'
import { JsonReader } from './json-reader'

/** A piece of the input, and how many lines stand before it. */
interface Block {
  readonly name: string | null
  /** Which of the files it ends in. */
  readonly file: number
  readonly text: string
  readonly before: number
}

/** How a program takes its inputs. */
export interface Taking {
  readonly files: readonly string[]
  readonly flags: ReadonlySet<string>
  /** The program itself asks for inputs: all are read before it runs, since it cannot wait. */
  readonly asksItself: boolean
}

/** What a program reads: values as they arrive, or all text before it runs. */
export class Inputs {
  readonly #call: Call
  readonly #taking: Taking
  readonly #blocks: AsyncIterator<Block, void>
  #values: Iterator<Json, undefined> | undefined
  /** Newlines behind the last value of the block before. */
  #owed = 0
  #reading: string | null = null
  #file = 0
  #lastFile = 0
  name: string | null = null
  line = 0
  /** Words for standard error about input that is left out. */
  readonly notes: string[] = []
  /** A file could not be read. */
  hasFailed = false

  constructor(call: Call, taking: Taking) {
    this.#call = call
    this.#taking = taking
    this.#blocks = this.#arriving()
  }

  /** Reads everything where the program or its options need that. */
  async prepare(): Promise<void> {
    const { flags, asksItself } = this.#taking
    if (!asksItself && !flags.has('slurp') && !flags.has('seq')) return
    const all: Block[] = []
    for (let block = await this.#blocks.next(); !block.done; block = await this.#blocks.next()) all.push(block.value)
    this.#values = this.#all(all)
  }

  /** The next value that needs no waiting. @throws JsonFault */
  next(): Json | undefined {
    const { value } = this.#values?.next() ?? {}
    return value
  }

  /** The next value, when it is there. @throws JsonFault */
  async take(beforeWait: () => Promise<void>): Promise<Json | undefined> {
    for (;;) {
      const value = this.next()
      if (value !== undefined) return value
      await beforeWait()
      const block = await this.#blocks.next()
      if (block.done) return undefined
      this.#values = this.#all([block.value])
    }
  }

  async *#arriving(): AsyncGenerator<Block, void> {
    const { flags } = this.#taking
    let before = 0
    const of = flags.has('seq') ? 'all' : flags.has('raw-input') ? 'lines' : 'values'
    for await (const text of blocksOf(this.#chunks(), of)) {
      yield { name: this.#reading, file: this.#file, text, before }
      before += text.split('\n').length - 1
    }
  }

  /** Bytes of all files, one behind the other as if they were one. */
  async *#chunks(): AsyncGenerator<Uint8Array, void> {
    const { files } = this.#taking
    if (files.length === 0) yield* chunksOf(this.#call.stdin)
    for (const file of files) {
      try {
        const input = this.#call.open(file)
        this.#reading = file
        this.#file += 1
        yield* chunksOf(input)
        yield FILE_END
      } catch (thrown) {
        if (!(thrown instanceof FsError)) throw thrown
        this.hasFailed = true
        await this.#call.stderr.write(`jq: error: Could not open file ${file}: ${errnoText(thrown)}\n`)
      }
    }
  }

  *#all(blocks: readonly Block[]): Generator<Json, undefined> {
    const { flags } = this.#taking
    if (flags.has('raw-input')) yield* this.#raw(blocks)
    else if (flags.has('slurp')) yield [...this.#parsed(blocks)]
    else yield* this.#parsed(blocks)
    return undefined
  }

  *#raw(blocks: readonly Block[]): Generator<Json> {
    const whole = blocks.map(({ text }) => text).join('')
    if (this.#taking.flags.has('slurp')) return yield whole
    const lines = whole.split('\n')
    if (lines.at(-1) === '') lines.pop()
    for (const line of lines) {
      this.line += 1
      yield line
    }
  }

  *#parsed(blocks: readonly Block[]): Generator<Json> {
    const { flags } = this.#taking
    for (const { name, file, text, before } of blocks) {
      this.name = name
      // With --seq only what follows a record separator counts.
      const start = flags.has('seq') ? text.indexOf('\u001e') : 0
      if (start < 0) {
        const lines = text.split('\n')
        this.notes.push(
          `ignoring parse error: Unfinished abandoned text at EOF at line ${before + lines.length}, column ${lines.at(-1)?.length ?? 0}\n`,
        )
        continue
      }
      const reader = new JsonReader(text.slice(start), before)
      let at = 0
      if (file !== this.#lastFile) {
        this.#lastFile = file
        this.line = 0
        this.#owed = 0
      }
      for (let value = reader.next(); value !== undefined; value = reader.next()) {
        // Whole lines are read: a value is come to when the line that it ends in was.
        const newline = text.indexOf('\n', start + reader.at)
        const read = Math.max(at, newline < 0 ? text.length : newline + 1)
        this.line += this.#owed + text.slice(at, read).split('\n').length - 1
        this.#owed = 0
        at = read
        if (flags.has('stream')) yield* events(value, [])
        else yield value
      }
      this.#owed += text.slice(at).split('\n').length - 1
    }
  }
}

async function* chunksOf(input: Input): AsyncGenerator<Uint8Array, void> {
  for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) yield chunk
}

/** A value as `--stream` tells it: leaves with their paths, and the end of every array and object. */
function* events(value: Json, path: readonly Json[]): Generator<Json> {
  const entries: readonly (readonly [Json, Json])[] = isArray(value)
    ? value.map((item, index) => [index, item] as const)
    : isObject(value)
      ? [...value]
      : []
  if (entries.length === 0) return yield [path, value]
  let last: Json = null
  for (const [key, item] of entries) {
    yield* nested(item, [...path, key])
    last = key
  }
  yield [[...path, last]]
}

function nested(value: Json, path: readonly Json[]): Generator<Json> {
  return events(value, path)
}
