import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import type { Input } from '../../streams/stream'
import { scalarOf } from './awk-array'
import { unescape } from './lexer'
import type { Machine } from './machine'
import { RecordReader, type TextRecord } from './record-reader'
import { Fatal, InputText, toNumber } from './values'

const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/

/** What the program does between files. */
export interface FileHooks {
  /** The program has BEGINFILE, which may deal with files that cannot be read. */
  readonly hasBegin: boolean
  /** Gives true where the file is to be left out. */
  begin(): Promise<boolean>
  end(): Promise<void>
}

/** The records of the files that the program was given, one after the other. */
export class MainInput {
  readonly #machine: Machine
  readonly #hooks: FileHooks
  #reader: RecordReader | undefined
  #next = 1
  #hasRead = false
  #isOver = false

  constructor(machine: Machine, hooks: FileHooks) {
    this.#machine = machine
    this.#hooks = hooks
  }

  /** The next record when it is here already. `'more'`: {@link next} has to wait for it. */
  take(): TextRecord | 'more' | undefined {
    if (this.#reader === undefined) return this.#isOver ? undefined : 'more'
    const record = this.#reader.take()
    if (record === undefined) return 'more'
    if (record !== 'more') this.#count()
    return record
  }

  /** The next record, of the next file where this one has ended. */
  async next(): Promise<TextRecord | undefined> {
    for (;;) {
      if (this.#reader === undefined && !(await this.#open())) return undefined
      const record = this.#reader?.take()
      if (record === 'more') {
        // What was printed is seen before a slow input is waited for.
        await this.#machine.files.stdout.flush()
        await this.#reader?.fill()
      } else if (record === undefined) await this.skipFile()
      else {
        this.#count()
        return record
      }
    }
  }

  /** Leaves the rest of the file. */
  async skipFile(): Promise<void> {
    if (this.#reader === undefined) return
    await this.#hooks.end()
    this.#reader.close()
    this.#reader = undefined
  }

  #count(): void {
    this.#machine.nr += 1
    this.#machine.fnr += 1
  }

  async #open(): Promise<boolean> {
    while (!this.#isOver) {
      const name = this.#nextName()
      if (name === undefined) break
      if (await this.#start(name)) return true
    }
    this.#isOver = true
    return false
  }

  /** The next file to read; assignments between files are made. Without any file it is standard input, once. */
  #nextName(): string | undefined {
    const machine = this.#machine
    const argv = machine.arrayOf('ARGV')
    while (this.#next < toNumber(machine.global('ARGC'))) {
      const slot = argv.items.get(String(this.#next))
      this.#next += 1
      const argument = machine.textOf(scalarOf(slot, 'ARGV'))
      if (argument === '') continue
      const [, name, value] = ASSIGNMENT.exec(argument) ?? []
      if (name === undefined || value === undefined) return argument
      machine.setGlobal(name, new InputText(unescape(value, () => undefined)))
    }
    if (this.#hasRead) return undefined
    return ''
  }

  async #start(name: string): Promise<boolean> {
    const machine = this.#machine
    this.#hasRead = true
    machine.setGlobal('FILENAME', name)
    machine.fnr = 0
    machine.setGlobal('ERRNO', '')
    const input = await this.#inputOf(name)
    if (input === undefined) return false
    this.#reader = new RecordReader(input, () => machine.recordEnd)
    if (this.#hooks.hasBegin && (await this.#hooks.begin())) await this.skipFile()
    return this.#reader !== undefined
  }

  async #inputOf(name: string): Promise<Input | undefined> {
    const machine = this.#machine
    if (name === '' || name === '-') return machine.call.stdin
    try {
      return machine.call.open(name)
    } catch (thrown) {
      if (!(thrown instanceof FsError)) throw thrown
      if (this.#hooks.hasBegin) {
        machine.setGlobal('ERRNO', errnoText(thrown))
        if (await this.#hooks.begin()) return undefined
      }
      if (thrown.code !== 'EISDIR') throw new FileFault(`cannot open file \`${name}' for reading: ${errnoText(thrown)}`)
      await machine.call.stderr.write(`${machine.call.name}: warning: command line argument \`${name}' is a directory: skipped\n`)
      return undefined
    }
  }
}

/** A file that cannot be read: told without the place in the program. */
export class FileFault extends Fatal {}
