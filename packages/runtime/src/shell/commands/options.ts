import { CommandError, NotImplemented } from './command'

/** One option as a GNU tool declares it. */
export interface OptionSpec {
  /** What `has` and `value` are asked with. Several spellings may share one. */
  readonly key: string
  /** Letters, each an option of its own: `'rR'`. */
  readonly short?: string
  /** Long names without dashes. */
  readonly long?: readonly string[]
  /** `optional` takes a value only when it is attached. Default: none. */
  readonly value?: 'required' | 'optional'
  /** The real tool has it and ours has not: using it is an error that names it. */
  readonly missing?: true
}

/** How words are read. */
export interface OptionShape {
  readonly options: readonly OptionSpec[]
  /** Options end at the first operand (`env`, `xargs`, `timeout`), because a command follows. */
  readonly stopsEarly?: true
  /** Exit code of a usage error; 1 unless told (`grep`, `ls`, `sort`: 2). */
  readonly usageCode?: number
  /** `-5` counts as this key's value (`head -5`). */
  readonly numeric?: string
  /** Operands are found among the options as well, under this key: their order counts (`tar -C`). */
  readonly operandKey?: string
}

/** One option as it was found. */
export interface FoundOption {
  readonly key: string
  readonly value: string | undefined
  /** As it was typed. */
  readonly spelled: string
}

/** What {@link parseOptions} found. */
export class Options {
  /** In order, for tools where the last or the order counts. */
  readonly found: readonly FoundOption[]
  readonly operands: readonly string[]

  constructor(found: readonly FoundOption[], operands: readonly string[]) {
    this.found = found
    this.operands = operands
  }

  has(key: string): boolean {
    return this.found.some((option) => option.key === key)
  }

  /** The last value given. */
  value(key: string): string | undefined {
    return this.found.findLast((option) => option.key === key)?.value
  }

  values(key: string): readonly string[] {
    return this.found.flatMap((option) => (option.key === key && option.value !== undefined ? [option.value] : []))
  }

  /** Which of several was given last: `-i` and `-n` of `cp` undo each other. */
  last(...keys: readonly string[]): string | undefined {
    return this.found.findLast((option) => keys.includes(option.key))?.key
  }
}

/** A usage error in getopt's words. */
export class BadOption extends CommandError {}

/** Reads words as getopt_long does: options anywhere, clusters, abbreviations of long names, `--`. @throws BadOption, NotImplemented */
export function parseOptions(args: readonly string[], shape: OptionShape): Options {
  return new Parser(args, shape).parse()
}

class Parser {
  readonly #words: string[]
  readonly #shape: OptionShape
  readonly #found: FoundOption[] = []
  readonly #operands: string[] = []

  constructor(args: readonly string[], shape: OptionShape) {
    this.#words = [...args]
    this.#shape = shape
  }

  parse(): Options {
    for (let word = this.#words.shift(); word !== undefined; word = this.#words.shift()) {
      if (word === '--') for (const operand of this.#words.splice(0)) this.#operand(operand)
      else if (word.startsWith('--')) this.#long(word)
      else if (this.#shape.numeric !== undefined && /^-\d+$/.test(word))
        this.#found.push({ key: this.#shape.numeric, value: word.slice(1), spelled: word })
      else if (word.startsWith('-') && word !== '-') this.#short(word)
      else {
        this.#operand(word)
        if (this.#shape.stopsEarly) this.#operands.push(...this.#words.splice(0))
      }
    }
    return new Options(this.#found, this.#operands)
  }

  #operand(word: string): void {
    this.#operands.push(word)
    const { operandKey } = this.#shape
    if (operandKey !== undefined) this.#found.push({ key: operandKey, value: word, spelled: word })
  }

  #bad(message: string): never {
    throw new BadOption(message, this.#shape.usageCode ?? 1)
  }

  #take(spec: OptionSpec, value: string | undefined, spelled: string): void {
    if (spec.missing) throw new NotImplemented(`option ${spelled}`)
    this.#found.push({ key: spec.key, value, spelled })
  }

  #long(word: string): void {
    const at = word.indexOf('=')
    const name = at < 0 ? word.slice(2) : word.slice(2, at)
    const inline = at < 0 ? undefined : word.slice(at + 1)
    const matches = this.#shape.options.flatMap((spec) =>
      (spec.long ?? []).filter((long) => long.startsWith(name)).map((long) => ({ spec, long })),
    )
    const match = matches.find(({ long }) => long === name) ?? matches[0]
    if (match === undefined) return this.#bad(`unrecognized option '--${name}'`)
    const isAmbiguous = match.long !== name && matches.some(({ spec }) => spec !== match.spec)
    if (isAmbiguous) {
      const choices = matches.map(({ long }) => `'--${long}'`).join(' ')
      return this.#bad(`option '--${name}' is ambiguous; possibilities: ${choices}`)
    }
    const spelled = `--${match.long}`
    if (match.spec.value === undefined && inline !== undefined) return this.#bad(`option '${spelled}' doesn't allow an argument`)
    if (match.spec.value !== 'required' || inline !== undefined) return this.#take(match.spec, inline, spelled)
    const next = this.#words.shift()
    if (next === undefined) return this.#bad(`option '${spelled}' requires an argument`)
    return this.#take(match.spec, next, spelled)
  }

  #short(word: string): void {
    for (let i = 1; i < word.length; i++) {
      const letter = word.charAt(i)
      const spec = this.#shape.options.find((option) => option.short?.includes(letter))
      if (spec === undefined) return this.#bad(`invalid option -- '${letter}'`)
      const attached = word.slice(i + 1)
      if (spec.value === undefined) this.#take(spec, undefined, `-${letter}`)
      else if (attached !== '' || spec.value === 'optional') return this.#take(spec, attached === '' ? undefined : attached, `-${letter}`)
      else {
        const next = this.#words.shift()
        if (next === undefined) return this.#bad(`option requires an argument -- '${letter}'`)
        return this.#take(spec, next, `-${letter}`)
      }
    }
  }
}
