import { CommandError, NotImplemented, type Call, type Command } from '../command'
import { parseOptions, type Options } from '../options'

/** One option that a script takes. */
interface Wanted {
  readonly name: string
  readonly takes: 'nothing' | 'value' | 'maybe'
}

function wanted(text: string): Wanted {
  const name = text.replace(/:+$/, '')
  return { name, takes: text.endsWith('::') ? 'maybe' : text.endsWith(':') ? 'value' : 'nothing' }
}

/** How words are put: in quotes that a shell takes off again, or as they are. */
type Quote = (word: string) => string

const quoted: Quote = (word) => `'${word.replaceAll("'", "'\\''")}'`

interface Sorting {
  readonly short: ReadonlyMap<string, Wanted>
  readonly long: readonly Wanted[]
  /** `+`: options end at the first word; `-`: words stay where they are. */
  readonly order: '+' | '-' | ''
  readonly isAlternative: boolean
  readonly quote: Quote
}

/** Sorts words into options and the rest, as `getopt` of the C library does. */
class Sorter {
  readonly #how: Sorting
  readonly #words: string[]
  readonly #rest: string[] = []
  readonly faults: string[] = []
  #out = ''

  constructor(how: Sorting, words: readonly string[]) {
    this.#how = how
    this.#words = [...words]
  }

  sort(): string {
    const { order, quote, isAlternative, long } = this.#how
    for (let word = this.#words.shift(); word !== undefined; word = this.#words.shift()) {
      if (word === '--') this.#rest.push(...this.#words.splice(0))
      else if (word.startsWith('--')) this.#long(word.slice(2), word)
      else if (/^-./.test(word)) {
        const isLong = isAlternative && long.some(({ name }) => name.startsWith(word.slice(1).split('=', 1)[0] ?? ''))
        if (isLong) this.#long(word.slice(1), word)
        else this.#short(word.slice(1))
      } else if (order === '-') this.#out += ` ${quote(word)}`
      else if (order === '+') this.#rest.push(word, ...this.#words.splice(0))
      else this.#rest.push(word)
    }
    return `${this.#out} --${this.#rest.map((word) => ` ${quote(word)}`).join('')}`
  }

  #take(spelled: string, { takes }: Wanted, value: string | undefined): void {
    this.#out += ` ${spelled}${takes === 'nothing' ? '' : ` ${this.#how.quote(value ?? '')}`}`
  }

  #short(letters: string): void {
    for (let i = 0; i < letters.length; i++) {
      const letter = letters.charAt(i)
      const option = this.#how.short.get(letter)
      if (option === undefined) {
        this.faults.push(`invalid option -- '${letter}'`)
        continue
      }
      const attached = letters.slice(i + 1)
      if (option.takes === 'nothing') {
        this.#take(`-${letter}`, option, undefined)
        continue
      }
      const value = attached === '' && option.takes === 'value' ? this.#words.shift() : attached
      if (value === undefined) this.faults.push(`option requires an argument -- '${letter}'`)
      else this.#take(`-${letter}`, option, value)
      return
    }
  }

  #long(text: string, word: string): void {
    const at = text.indexOf('=')
    const name = at < 0 ? text : text.slice(0, at)
    const inline = at < 0 ? undefined : text.slice(at + 1)
    const dashes = word.startsWith('--') ? '--' : '-'
    const matches = this.#how.long.filter((one) => one.name.startsWith(name))
    const match = matches.find((one) => one.name === name) ?? (matches.length === 1 ? matches[0] : undefined)
    if (match === undefined) {
      const choices = matches.map((one) => `'${dashes}${one.name}'`).join(' ')
      this.faults.push(
        matches.length > 1 ? `option '${word}' is ambiguous; possibilities: ${choices}` : `unrecognized option '${dashes}${name}'`,
      )
      return
    }
    if (match.takes === 'nothing' && inline !== undefined) {
      this.faults.push(`option '${dashes}${match.name}' doesn't allow an argument`)
      return
    }
    const value = inline ?? (match.takes === 'value' ? this.#words.shift() : undefined)
    if (match.takes === 'value' && value === undefined) this.faults.push(`option '${dashes}${match.name}' requires an argument`)
    else this.#take(`--${match.name}`, match, value)
  }
}

const OWN = [
  { key: 'alternative', short: 'a', long: ['alternative'] },
  { key: 'long', short: 'l', long: ['longoptions'], value: 'required' },
  { key: 'name', short: 'n', long: ['name'], value: 'required' },
  { key: 'options', short: 'o', long: ['options'], value: 'required' },
  { key: 'quiet', short: 'q', long: ['quiet'] },
  { key: 'quiet-output', short: 'Q', long: ['quiet-output'] },
  { key: 'shell', short: 's', long: ['shell'], value: 'required' },
  { key: 'test', short: 'T', long: ['test'] },
  { key: 'unquoted', short: 'u', long: ['unquoted'] },
  { key: 'help', short: 'h', long: ['help'] },
  { key: 'version', short: 'V', long: ['version'] },
] as const

/** The old manner: the letters first, nothing quoted. */
function split(call: Call): {
  readonly options: Options
  readonly spec: string
  readonly words: readonly string[]
  readonly isOld: boolean
} {
  const [first = ''] = call.args
  if (!first.startsWith('-') && call.args.length > 0) {
    const options = parseOptions([], { options: OWN })
    return { options, spec: first, words: call.args.slice(1), isOld: true }
  }
  const options = parseOptions(call.args, { options: OWN, stopsEarly: true, usageCode: 2 })
  const spec = options.value('options')
  if (spec !== undefined) return { options, spec, words: options.operands, isOld: false }
  const [bare, ...words] = options.operands
  if (bare === undefined && !['test', 'help', 'version'].some((key) => options.has(key)))
    throw new CommandError("missing optstring argument\nTry 'getopt --help' for more information.", 2)
  return { options, spec: bare ?? '', words, isOld: false }
}

async function getopt(call: Call): Promise<number> {
  const { options, spec, words, isOld } = split(call)
  if (options.has('test')) return 4
  if (options.has('help') || options.has('version')) {
    const text = options.has('help')
      ? "Usage: getopt -o LETTERS [-l NAMES] [-n NAME] -- WORDS\nsorts a script's words into options and the rest\n"
      : 'getopt (Tabwright) agrees with util-linux 2.38.1\n'
    await call.stdout.write(text)
    return 0
  }
  const shell = options.value('shell') ?? 'bash'
  if (!/^(sh|bash)$/.test(shell)) throw new NotImplemented(`the quoting of ${shell}`)
  const order = spec.startsWith('+') || call.env.has('POSIXLY_CORRECT') ? '+' : spec.startsWith('-') ? '-' : ''
  const letters = spec.replace(/^[-+]/, '').match(/[^:]:{0,2}/g) ?? []
  const sorter = new Sorter(
    {
      short: new Map(letters.map((text) => [text.charAt(0), wanted(text)])),
      long: options
        .values('long')
        .flatMap((names) => names.split(/[,\s]+/).filter((name) => name !== ''))
        .map(wanted),
      order,
      isAlternative: options.has('alternative'),
      quote: isOld || options.has('unquoted') ? (word) => word : quoted,
    },
    words,
  )
  const sorted = sorter.sort()
  const name = options.value('name') ?? call.name
  if (!options.has('quiet')) for (const fault of sorter.faults) await call.stderr.write(`${name}: ${fault}\n`)
  if (!options.has('quiet-output')) await call.stdout.write(`${sorted}\n`)
  return sorter.faults.length > 0 ? 1 : 0
}

/** Sorts the words of a script. */
export const getoptCommand: Command = { name: 'getopt', summary: "sorts a script's words into options and the rest", run: getopt }
