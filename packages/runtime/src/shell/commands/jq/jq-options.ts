import { CommandError, NotImplemented, type Call } from '../command'
import { readText } from '../../streams/stream'
import type { Json } from './json'
import { JsonFault, JsonReader } from './json-reader'

/** What the command line asks for. */
export interface Asked {
  readonly flags: ReadonlySet<string>
  readonly indent: string | undefined
  readonly filter: string
  readonly files: readonly string[]
  readonly variables: ReadonlyMap<string, Json>
}

const LETTERS: Readonly<Record<string, string>> = {
  n: 'null-input',
  r: 'raw-output',
  R: 'raw-input',
  s: 'slurp',
  c: 'compact-output',
  C: 'color-output',
  M: 'monochrome-output',
  S: 'sort-keys',
  e: 'exit-status',
  j: 'join-output',
  a: 'ascii-output',
  f: 'from-file',
  h: 'help',
  V: 'version',
  L: 'library',
}
const FLAGS = new Set([...Object.values(LETTERS), 'tab', 'stream', 'seq', 'unbuffered', 'raw-output0', 'arg-file', 'stream-errors'])

/** The words of a command line, jq's own way of reading them. @throws CommandError */
export class OptionReader {
  readonly #call: Call
  readonly #words: string[]
  readonly #flags = new Set<string>()
  readonly #named = new Map<string, Json>()
  readonly #positional: Json[] = []
  readonly #operands: string[] = []
  #indent: string | undefined = '  '
  #rest: 'files' | 'args' | 'jsonargs' = 'files'
  #filter: string | undefined

  constructor(call: Call) {
    this.#call = call
    this.#words = [...call.args]
  }

  async read(): Promise<Asked> {
    let isOver = false
    for (let word = this.#words.shift(); word !== undefined; word = this.#words.shift()) {
      if (isOver || !/^-[A-Za-z-]/.test(word)) this.#operand(word)
      else if (word === '--') isOver = true
      else if (word.startsWith('--')) await this.#long(word.slice(2))
      else for (const letter of word.slice(1)) this.#flag(LETTERS[letter], `-${letter}`)
    }
    return this.#asked()
  }

  async #asked(): Promise<Asked> {
    let filter = this.#filter
    if (this.#flags.has('from-file') && filter !== undefined) filter = await readText(this.#call.open(filter))
    const args = new Map<string, Json>([
      ['positional', this.#positional],
      ['named', new Map(this.#named)],
    ])
    const env = new Map<string, Json>(this.#call.env)
    return {
      flags: this.#flags,
      indent: this.#flags.has('compact-output') ? undefined : this.#indent,
      filter: filter ?? '.',
      files: this.#operands,
      variables: new Map<string, Json>([...this.#named, ['ARGS', args], ['ENV', env]]),
    }
  }

  #operand(word: string): void {
    if (this.#filter === undefined) this.#filter = word
    else if (this.#rest === 'args') this.#positional.push(word)
    else if (this.#rest === 'jsonargs') this.#positional.push(parsed(word, `Invalid JSON text passed to --jsonargs`))
    else this.#operands.push(word)
  }

  #flag(name: string | undefined, spelled: string): void {
    if (name === undefined || !FLAGS.has(name)) throw usage(`Unknown option ${spelled}`)
    if (name === 'library' || name === 'stream-errors' || name === 'arg-file') throw new NotImplemented(`option ${spelled}`)
    this.#flags.add(name)
    // The last word about the layout counts.
    if (name === 'tab') {
      this.#indent = '\t'
      this.#flags.delete('compact-output')
    }
    if (name === 'join-output' || name === 'raw-output0') this.#flags.add('raw-output')
  }

  #two(name: string): readonly [string, string] {
    const [first, second] = this.#words.splice(0, 2)
    if (first === undefined || second === undefined) throw usage(`--${name} takes two parameters (e.g. --${name} varname value)`)
    return [first, second]
  }

  async #long(name: string): Promise<void> {
    switch (name) {
      case 'arg': {
        const [variable, value] = this.#two(name)
        if (!this.#named.has(variable)) this.#named.set(variable, value)
        return
      }
      case 'argjson': {
        const [variable, value] = this.#two(name)
        this.#named.set(variable, parsed(value, `Invalid JSON text passed to --argjson`))
        return
      }
      case 'slurpfile':
      case 'rawfile':
        return this.#file(name)
      case 'args':
      case 'jsonargs':
        this.#rest = name
        return
      case 'indent': {
        const width = Number(this.#words.shift() ?? Number.NaN)
        if (Number.isNaN(width)) throw usage('--indent takes one parameter')
        if (width < 0 || width > 7) throw usage(`Cannot indent ${width < 0 ? 'less than zero' : 'more than 7 characters'}`)
        this.#indent = width === 0 ? undefined : ' '.repeat(width)
        this.#flags.delete('compact-output')
        return
      }
      default:
        this.#flag(name.length > 1 ? name : undefined, `--${name}`)
    }
  }

  async #file(how: 'slurpfile' | 'rawfile'): Promise<void> {
    const [variable, path] = this.#two(how)
    const text = await readText(this.#call.open(path))
    if (how === 'rawfile') this.#named.set(variable, text)
    else {
      const reader = new JsonReader(text)
      const values: Json[] = []
      for (let value = reader.next(); value !== undefined; value = reader.next()) values.push(value)
      this.#named.set(variable, values)
    }
  }
}

function usage(message: string): CommandError {
  return new CommandError(`${message}\nUse jq --help for help with command-line options,\nor see the jq manpage`, 2)
}

function parsed(text: string, complaint: string): Json {
  try {
    const value = new JsonReader(text).next()
    if (value === undefined) throw usage(complaint)
    return value
  } catch (thrown) {
    if (thrown instanceof JsonFault) throw usage(complaint)
    throw thrown
  }
}
