import type { Command } from '../command'
import { CommandError, NotImplemented } from '../command'
import { exactOf, readNumber } from '../../exact-number'
import { formatFloat, formatInteger, padded, parseFormat, withNumbers, type Conversion, type FormatPart } from '../../format-printf'
import { unescapedBytes } from './escapes'
import { bytesOfLatin, latinWord } from './latin'
import { curly, quoteIfNeeded } from './quotes'

const INTEGER = /^\s*([-+]?)(0[xX][\da-fA-F]+|0[0-7]*|[1-9]\d*)/

/** One run of the format over the words. */
class Printer {
  readonly faults: string[] = []
  readonly out: string[] = []
  readonly #words: readonly string[]
  #at = 0
  isOver = false

  constructor(words: readonly string[]) {
    this.#words = words
  }

  get left(): number {
    return this.#words.length - this.#at
  }

  print(part: FormatPart): void {
    if (this.isOver) return
    if (part.type === 'text') return this.#escaped(part.text, 'format')
    if (part.type === 'bad') throw new CommandError(`${part.text}: invalid conversion specification`)
    if (part.letter === '%') return void this.out.push('%')
    const width = part.width === '*' ? Number(this.#integer()) : undefined
    const precision = part.precision === '*' ? Number(this.#integer()) : undefined
    return this.#convert(withNumbers(part, width, precision))
  }

  #next(): string {
    const word = this.#words[this.#at] ?? ''
    this.#at += 1
    return word
  }

  #escaped(latin: string, kind: 'echo' | 'format'): void {
    const read = unescapedBytes(latin, kind)
    this.out.push(read.latin)
    this.isOver = read.isOver
  }

  #convert(conversion: Conversion): void {
    const { letter } = conversion
    if (letter === 's') this.#text(conversion, latinWord(this.#next()))
    else if (letter === 'c') this.#text(conversion, latinWord(this.#next()).charAt(0))
    else if (letter === 'b') this.#escaped(latinWord(this.#next()), 'echo')
    else if (letter === 'q') this.#text(conversion, latinWord(quoteIfNeeded(this.#next())))
    else if ('diouxX'.includes(letter)) this.out.push(formatInteger(conversion, this.#integer()))
    else if ('eEfFgGaA'.includes(letter)) this.out.push(formatFloat(conversion, this.#float()))
    else throw new CommandError(`${conversion.text}: invalid conversion specification`)
  }

  #text(conversion: Conversion, latin: string): void {
    const { precision } = conversion
    this.out.push(padded(conversion, typeof precision === 'number' ? latin.slice(0, precision) : latin))
  }

  #integer(): bigint {
    const word = this.#next()
    if (/^["']/.test(word)) return BigInt(word.codePointAt(1) ?? 0)
    const [all = '', sign, digits = ''] = INTEGER.exec(word) ?? []
    this.#judge(word, all.length)
    if (digits === '') return 0n
    const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits)
    return sign === '-' ? -value : value
  }

  #float(): ReturnType<typeof exactOf> {
    const word = this.#next()
    if (/^["']/.test(word)) return exactOf(word.codePointAt(1) ?? 0)
    const { value, length } = readNumber(word)
    this.#judge(word, length)
    return value
  }

  #judge(word: string, length: number): void {
    if (word === '' && this.#at > this.#words.length) return
    if (length === 0) this.faults.push(`${curly(word)}: expected a numeric value`)
    else if (length < word.length) this.faults.push(`${curly(word)}: value not completely converted`)
  }
}

/** `printf` as a program: what `xargs printf` and `find -exec printf` run. The shell has its own. */
export const printfCommand: Command = {
  name: 'printf',
  summary: 'writes words by a format',
  run: async (call) => {
    const [format, ...words] = call.args[0] === '--' ? call.args.slice(1) : call.args
    if (format === undefined) {
      await call.stderr.write(`${call.name}: missing operand\nTry '${call.name} --help' for more information.\n`)
      return 1
    }
    const parts = parseFormat(latinWord(format))
    if (parts.some((part) => part.type === 'conversion' && part.position !== undefined))
      throw new NotImplemented('a numbered argument of a format')
    const printer = new Printer(words)
    let before: number
    do {
      call.tick()
      before = printer.left
      for (const part of parts) printer.print(part)
    } while (!printer.isOver && printer.left > 0 && printer.left < before)
    await call.stdout.write(bytesOfLatin(printer.out.join('')))
    for (const fault of printer.faults) await call.stderr.write(`${call.name}: ${fault}\n`)
    if (!printer.isOver && printer.left > 0)
      await call.stderr.write(`${call.name}: warning: ignoring excess arguments, starting with ${curly(words.at(-printer.left) ?? '')}\n`)
    return printer.faults.length > 0 ? 1 : 0
  },
}
