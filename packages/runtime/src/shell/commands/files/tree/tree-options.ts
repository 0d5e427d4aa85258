import { CommandError, NotImplemented } from '../../command'

/** What `tree` was asked for: letters and long names that stand alone, and those with a value. */
export interface TreeOptions {
  readonly flags: ReadonlySet<string>
  readonly sort: 'name' | 'version' | 'size' | 'mtime' | 'ctime' | 'none'
  readonly level: number
  readonly fileLimit: number
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly timeFormat: string | undefined
  readonly charset: string | undefined
  readonly output: string | undefined
  readonly roots: readonly string[]
  has(flag: string): boolean
}

const LETTERS = new Set('acdfghilnpqrstuvxACDFJNQSUX')
const LONG = new Set('gitignore matchdirs metafirst ignore-case nolinks inodes device dirsfirst filesfirst si du prune fromfile noreport'.split(' ')) // prettier-ignore
const LONG_VALUES = new Set(['sort', 'filelimit', 'charset', 'timefmt', 'gitfile', 'infofile', 'hintro', 'houtro'])
const MISSING = new Set(['gitfile', 'info', 'infofile', 'hintro', 'houtro', 'fflinks'])
const SORTS = ['name', 'version', 'size', 'mtime', 'ctime', 'none'] as const

const USAGE = `usage: tree [-acdfghilnpqrstuvxACDFJQNSUX] [-L level] [-o filename] [-P pattern]
\t[-I pattern] [--gitignore] [--matchdirs] [--metafirst] [--ignore-case]
\t[--inodes] [--device] [--sort[=]<name>] [--dirsfirst] [--filesfirst]
\t[--filelimit #] [--si] [--du] [--prune] [--charset[=]X]
\t[--timefmt[=]format] [--fromfile] [--noreport] [--version] [--help] [--]
\t[directory ...]`

/** Reads words as tree does, whose options with a value take the next word even within a cluster. */
class Reader {
  readonly flags = new Set<string>()
  readonly values = new Map<string, string[]>()
  readonly roots: string[] = []
  readonly #words: string[]

  constructor(args: readonly string[]) {
    this.#words = [...args]
  }

  read(): void {
    for (let word = this.#words.shift(); word !== undefined; word = this.#words.shift()) {
      if (word === '--') this.roots.push(...this.#words.splice(0))
      else if (word.startsWith('--')) this.#long(word)
      else if (word.startsWith('-') && word !== '-') for (const letter of word.slice(1)) this.#letter(letter)
      else this.roots.push(word)
    }
  }

  #take(key: string, value: string): void {
    this.values.set(key, [...(this.values.get(key) ?? []), value])
  }

  #letter(letter: string): void {
    if ('LPIo'.includes(letter)) {
      const next = this.#words.shift()
      if (next === undefined) throw new CommandError(`Missing argument to -${letter} option.`)
      this.#take(letter, next)
    } else if (LETTERS.has(letter)) this.flags.add(letter)
    else if ('HTR'.includes(letter)) throw new NotImplemented(`option -${letter}`)
    else throw new CommandError(`Invalid argument -\`${letter}'.\n${USAGE}`)
  }

  #long(word: string): void {
    const at = word.indexOf('=')
    const name = at < 0 ? word.slice(2) : word.slice(2, at)
    if (MISSING.has(name)) throw new NotImplemented(`option --${name}`)
    if (LONG_VALUES.has(name)) {
      const value = at < 0 ? this.#words.shift() : word.slice(at + 1)
      if (value === undefined) throw new CommandError(`Missing argument to --${name}`)
      this.#take(name, value)
    } else if (LONG.has(name) && at < 0) this.flags.add(name)
    else if (name === 'help' || name === 'version') this.flags.add(name)
    else throw new CommandError(`Invalid argument \`${word}'.\n${USAGE}`)
  }
}

function sortOf(flags: ReadonlySet<string>, told: string | undefined): TreeOptions['sort'] {
  if (told !== undefined) {
    const sort = SORTS.find((one) => one === told)
    if (sort === undefined || sort === 'none') {
      if (told === 'none') return 'none'
      throw new CommandError(`Sort type '${told}' not valid, should be one of: name,version,size,mtime,ctime`)
    }
    return sort
  }
  if (flags.has('U')) return 'none'
  if (flags.has('v')) return 'version'
  if (flags.has('c')) return 'ctime'
  return flags.has('t') ? 'mtime' : 'name'
}

/** @throws CommandError, NotImplemented */
export function treeOptions(args: readonly string[]): TreeOptions {
  const reader = new Reader(args)
  reader.read()
  const { flags, values } = reader
  const last = (key: string): string | undefined => values.get(key)?.at(-1)
  const level = last('L')
  if (level !== undefined && !(Number.parseInt(level, 10) > 0)) throw new CommandError('Invalid level, must be greater than 0.')
  const timeFormat = last('timefmt')
  if (timeFormat !== undefined) flags.add('D')
  if (flags.has('c')) flags.add('D')
  if (flags.has('si')) flags.add('h')
  if (flags.has('h') || flags.has('du')) flags.add('s')
  return {
    flags,
    sort: sortOf(flags, last('sort')),
    level: level === undefined ? Infinity : Number.parseInt(level, 10),
    fileLimit: Number(last('filelimit') ?? 0),
    include: values.get('P') ?? [],
    exclude: values.get('I') ?? [],
    timeFormat,
    charset: last('charset'),
    output: last('o'),
    roots: reader.roots.length === 0 ? ['.'] : reader.roots,
    has: (flag) => flags.has(flag),
  }
}
