import { readNumber, type ExactNumber } from '../../exact-number'
import { formatFloat, formatInteger, padded, parseFormat, withNumbers, type Conversion, type FormatPart } from '../../format-printf'
import { bytesOf, textOf } from '../../text'
import { backslashQuoted } from '../expansion/quote'
import type { Runner } from '../runner'
import { ShellError } from '../shell-error'
import type { Builtin } from './builtin'
import { echoText } from './echo'
import { assignTo } from './assign-to'
import { formatTime } from './time-format'

/** `printf`. */
export const printf: Builtin = {
  names: ['printf'],
  usage: 'printf [-v var] format [arguments]',
  async run(runner, args) {
    let words = args
    let name: string | undefined
    if (words[0] === '-v') {
      name = words[1]
      words = words.slice(2)
      if (name === undefined) throw new ShellError('-v: option requires an argument', 2)
      if (!/^[A-Za-z_]\w*(\[.*\])?$/s.test(name)) throw new ShellError(`\`${name}': not a valid identifier`, 2)
    } else if (/^-[^-]/.test(words[0] ?? ''))
      throw new ShellError(`${(words[0] ?? '').slice(0, 2)}: invalid option\nprintf: usage: printf [-v var] format [arguments]`, 2)
    if (words[0] === '--') words = words.slice(1)
    const [format, ...values] = words
    if (format === undefined) {
      await runner.write('printf: usage: printf [-v var] format [arguments]\n', 2)
      return 2
    }
    const printer = new Printer(runner, values)
    const out = printer.run(parseFormat(format))
    if (name === undefined) await runner.write(out)
    else assignTo(runner, name, out.replaceAll('\0', ''))
    for (const fault of printer.faults) await runner.complain(`printf: ${fault}`)
    return printer.faults.length > 0 ? 1 : 0
  },
}

const pieces = new Map<string, string>()

/** Escapes of a format: those of `echo -e`, and octal without its zero. */
function formatText(text: string): string {
  if (!text.includes('\\')) return text
  const known = pieces.get(text)
  if (known !== undefined) return known
  const marked = text
    .replace(/\\(c)/g, '\\\\$1')
    .replace(/(\\\\)|\\([0-7]{1,3})/g, (all: string, double: string | undefined, octal: string | undefined) =>
      double !== undefined || octal === undefined ? all : `\\x${(Number.parseInt(octal, 8) & 0xff).toString(16).padStart(2, '0')}`,
    )
  const made = echoText(
    marked.replace(/(\\\\)|\\(["'?])/g, (all: string, double: string | undefined, quote: string | undefined) =>
      double === undefined ? (quote ?? all) : all,
    ),
  ).text
  if (pieces.size > 500) pieces.clear()
  pieces.set(text, made)
  return made
}

class Printer {
  readonly faults: string[] = []
  readonly #runner: Runner
  readonly #values: readonly string[]
  #at = 0
  #out = ''
  #isOver = false

  constructor(runner: Runner, values: readonly string[]) {
    this.#runner = runner
    this.#values = values
  }

  /** The format is used again while there are arguments. */
  run(parts: readonly FormatPart[]): string {
    do {
      const before = this.#at
      for (const part of parts) {
        this.#print(part)
        if (this.#isOver) return this.#out
      }
      this.#runner.system.tick()
      if (this.#at === before) break
    } while (this.#at < this.#values.length)
    return this.#out
  }

  #next(): string | undefined {
    const value = this.#values[this.#at]
    if (value !== undefined) this.#at += 1
    return value
  }

  #print(part: FormatPart): void {
    if (part.type === 'text') {
      this.#out += formatText(part.text)
      return
    }
    if (part.type === 'bad') {
      const letter = /^%[-+ #0'\d.*]*(.?)/s.exec(part.text)?.[1] ?? ''
      this.faults.push(letter === '' ? `\`${part.text}': missing format character` : `\`${letter}': invalid format character`)
      this.#isOver = true
      return
    }
    const number = (): number => Number(this.#integer(this.#next()))
    const width = part.width === '*' ? number() : undefined
    const precision = part.precision === '*' ? number() : undefined
    this.#convert(withNumbers(part, width, precision))
  }

  #convert(conversion: Conversion): void {
    switch (conversion.position === undefined ? conversion.letter : '$') {
      case 's':
        return this.#text(conversion, this.#next() ?? '')
      case 'c':
        // The first byte, and of nothing the one that ends it.
        return this.#text(conversion, [...(this.#next() ?? '')][0] ?? '\0')
      case 'q':
        return this.#text({ ...conversion, precision: undefined }, backslashQuoted(this.#next() ?? ''))
      case 'Q':
        return this.#text({ ...conversion, precision: undefined }, backslashQuoted(this.#cut(conversion, this.#next() ?? '')))
      case 'b': {
        const made = echoText((this.#next() ?? '').replace(/\\([1-7][0-7]{0,2})/g, '\\0$1'))
        this.#text(conversion, made.text)
        this.#isOver = made.ends
        return
      }
      case 'T':
        return this.#text(conversion, formatTime(this.#runner, conversion.inside ?? '', this.#seconds()))
      case 'n':
        return assignTo(this.#runner, this.#next() ?? '', String(bytesOf(this.#out).length))
      default:
        return this.#number(conversion)
    }
  }

  /** `%.3Q`: so much of the text, before it is quoted. */
  #cut({ precision }: Conversion, text: string): string {
    return typeof precision === 'number' ? textOf(bytesOf(text).subarray(0, precision)) : text
  }

  #seconds(): number {
    const word = this.#next()
    if (word === undefined || word === '-1') return Math.floor(this.#runner.system.clock.now() / 1000)
    if (word === '-2') return Math.floor(this.#runner.system.clock.now() / 1000)
    return Number(this.#integer(word))
  }

  #number(conversion: Conversion): void {
    if (conversion.position !== undefined) {
      this.faults.push("`$': invalid format character")
      this.#isOver = true
    } else if ('di'.includes(conversion.letter)) this.#out += formatInteger(conversion, this.#integer(this.#next()))
    else if ('ouxX'.includes(conversion.letter)) this.#out += formatInteger(conversion, this.#integer(this.#next(), 2n ** 64n - 1n))
    else if ('eEfFgGaA'.includes(conversion.letter)) this.#out += formatFloat(conversion, this.#float(this.#next()))
    else {
      this.faults.push(`\`${conversion.letter}': invalid format character`)
      this.#isOver = true
    }
  }

  /** Widths count bytes, as C's `printf` does. */
  #text(conversion: Conversion, text: string): void {
    const { precision } = conversion
    const bytes = /[\u0080-\uFFFF]/.test(text) ? bytesOf(text) : undefined
    const size = bytes?.length ?? text.length
    if (typeof precision !== 'number' || precision >= size) {
      this.#out += padded(conversion, text, size)
      return
    }
    const cut = bytes === undefined ? text.slice(0, precision) : textOf(bytes.subarray(0, precision))
    this.#out += padded(conversion, cut, precision)
  }

  /** `'a` is the code of a character. */
  #quotedCode(word: string): bigint | undefined {
    if (!word.startsWith("'") && !word.startsWith('"')) return undefined
    return BigInt(word.codePointAt(1) ?? 0)
  }

  #integer(word: string | undefined, most = 2n ** 63n - 1n): bigint {
    if (word === undefined || word === '') return 0n
    const code = this.#quotedCode(word)
    if (code !== undefined) return code
    const match = /^\s*([+-]?)(0[xX][0-9A-Fa-f]+|0[0-7]*|[1-9]\d*)/.exec(word)
    if (match?.[2] === undefined) {
      this.faults.push(`${word}: invalid number`)
      return 0n
    }
    if (match[0].length < word.trimEnd().length) this.faults.push(`${word}: invalid number`)
    const digits = match[2]
    const magnitude = /^0[0-7]+$/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits)
    const value = match[1] === '-' ? -magnitude : magnitude
    const limit = value < 0n ? -(2n ** 63n) : most
    if (value < 0n ? value < limit : value > limit) {
      this.faults.push(`warning: ${word}: Numerical result out of range`)
      return limit
    }
    return value
  }

  #float(word: string | undefined): ExactNumber {
    const zero: ExactNumber = { type: 'finite', negative: false, mantissa: 0n, exponent: 0 }
    if (word === undefined || word === '') {
      if (word === '') this.faults.push(': invalid number')
      return zero
    }
    const code = this.#quotedCode(word)
    if (code !== undefined) return { type: 'finite', negative: false, mantissa: code, exponent: 0 }
    const read = readNumber(word)
    if (read.length < word.length) this.faults.push(`${word}: invalid number`)
    return read.value
  }
}
