import { CommandError, NotImplemented } from '../../command'

/** What zip is to do. */
export interface ZipWords {
  readonly flags: ReadonlySet<string>
  readonly level: number
  readonly archive: string | undefined
  readonly names: readonly string[]
  readonly included: readonly string[]
  readonly excluded: readonly string[]
  /** Suffixes of what is not packed any more. */
  readonly stored: readonly string[]
  readonly output: string | undefined
  readonly base: string | undefined
}

/** Letters, and pairs of letters, that take nothing. */
const FLAGS = [
  'FS',
  'sf',
  'nw',
  'ws',
  'dd',
  'r',
  'R',
  'q',
  'v',
  'j',
  'u',
  'f',
  'd',
  'm',
  'y',
  'D',
  'X',
  'T',
  'o',
  'g',
  'k',
  'A',
  'J',
  '@',
  'S',
  'w',
  'h',
  'L',
] as const
const UNDONE = [
  'la',
  'll',
  'l',
  'lf',
  'li',
  'e',
  'P',
  'z',
  'c',
  'F',
  'FF',
  't',
  'tt',
  'sp',
  'sb',
  's',
  'df',
  'db',
  'dc',
  'dg',
  'ds',
  'du',
  'dv',
  'UN',
  'Z',
  'R',
  'k',
  'A',
  'J',
  'o',
  'w',
  'ws',
  'a',
  'B',
  'DF',
  'TT',
] as const

const LONG: Readonly<Record<string, string>> = {
  recurse: 'r', 'recurse-paths': 'r', quiet: 'q', verbose: 'v', 'junk-paths': 'j', update: 'u', freshen: 'f', delete: 'd', move: 'm', symlinks: 'y',
  'no-dir-entries': 'D', 'no-extra': 'X', test: 'T', grow: 'g', 'filesync': 'FS', 'show-files': 'sf', 'names-stdin': '@', 'compression-method': 'Z',
  encrypt: 'e', password: 'P', 'archive-comment': 'z', 'entry-comments': 'c', help: 'h', version: 'v', license: 'L',
} // prettier-ignore

class Reader {
  readonly #rest: string[]
  readonly flags = new Set<string>()
  readonly names: string[] = []
  readonly included: string[] = []
  readonly excluded: string[] = []
  readonly stored: string[] = []
  archive: string | undefined
  output: string | undefined
  base: string | undefined
  level = 6

  constructor(args: readonly string[]) {
    this.#rest = [...args]
  }

  read(): void {
    let isLiteral = false
    for (let word = this.#rest.shift(); word !== undefined; word = this.#rest.shift()) {
      if (isLiteral || !word.startsWith('-') || word === '-') this.#operand(word)
      else if (word === '--') isLiteral = true
      else if (word.startsWith('--')) this.#long(word.slice(2))
      else this.#cluster(word.slice(1))
    }
  }

  #operand(word: string): void {
    if (this.archive === undefined) this.archive = word
    else this.names.push(word)
  }

  #long(word: string): void {
    const at = word.indexOf('=')
    const name = at < 0 ? word : word.slice(0, at)
    const value = at < 0 ? undefined : word.slice(at + 1)
    if (name === 'exclude' || name === 'include') return this.#list(name === 'exclude' ? this.excluded : this.included, value ?? '')
    if (name === 'output-file' || name === 'out') {
      this.output = value ?? this.#rest.shift()
      return undefined
    }
    const letter = LONG[name]
    if (letter === undefined) throw new CommandError(`long option '${name}' not supported`, 16)
    return this.#flag(letter)
  }

  #flag(flag: string): void {
    if (UNDONE.some((one) => one === flag)) throw new NotImplemented(`option -${flag}`)
    this.flags.add(flag)
  }

  /** All words up to the next option, or up to a lone `@`. */
  #list(list: string[], attached: string): void {
    if (attached !== '') {
      list.push(attached)
      return
    }
    for (let next = this.#rest[0]; next !== undefined && (next === '-' || !next.startsWith('-')); next = this.#rest[0]) {
      this.#rest.shift()
      if (next === '@') return
      list.push(next)
    }
  }

  #cluster(word: string): void {
    for (let i = 0; i < word.length; i++) {
      const letter = word.charAt(i)
      const after = word.slice(i + 1)
      if (letter === 'x' || letter === 'i') return this.#list(letter === 'x' ? this.excluded : this.included, after.replace(/^=/, ''))
      if (letter === 'n') {
        this.stored.push(...(after || (this.#rest.shift() ?? '')).split(/[:,]/))
        return undefined
      }
      if (letter === 'b' || letter === 'O') {
        const value = after || this.#rest.shift()
        if (letter === 'b') this.base = value
        else this.output = value
        return undefined
      }
      if (/\d/.test(letter)) this.level = Number(letter)
      else i += this.#letters(letter, word.charAt(i + 1))
    }
    return undefined
  }

  /** Gives how many more letters belong to it. */
  #letters(letter: string, next: string): number {
    const pair = letter + next
    const known: readonly string[] = [...FLAGS, ...UNDONE]
    if (next !== '' && known.includes(pair)) {
      this.#flag(pair)
      return 1
    }
    if (!known.includes(letter)) throw new CommandError(`short option '${letter}' not supported`, 16)
    this.#flag(letter)
    return 0
  }
}

/** Reads words as zip does. @throws CommandError, NotImplemented */
export function zipWords(args: readonly string[]): ZipWords {
  const reader = new Reader(args)
  reader.read()
  const { flags, level, archive, names, included, excluded, stored, output, base } = reader
  return { flags, level, archive, names, included, excluded, stored, output, base }
}
