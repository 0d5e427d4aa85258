import { compilePattern, RegexError, type Pattern } from '../../regex/pattern'
import { readAll } from '../../streams/stream'
import { CommandError } from '../command'
import { bytesOfLatin, latinOf, textOfLatin } from './latin'
import { curly, quoted } from './quotes'
import { complain, openOperand, textTool, usageError, type Tool } from './tool'
import { failure, why } from '../files/look'

/** Where the input is cut. */
interface Cut {
  readonly text: string
  /** A line number, where it is none of an expression. */
  readonly line: number | undefined
  readonly pattern: Pattern | undefined
  readonly offset: number
  /** `%…%`: what is before is left out. */
  readonly isSkip: boolean
  /** How often after the first time. */
  repeats: number
}

function patternCut(text: string): Cut {
  const delimiter = text.charAt(0)
  const end = text.lastIndexOf(delimiter)
  if (end === 0) throw new CommandError(`${text}: closing delimiter '${delimiter}' missing`)
  const offset = text.slice(end + 1)
  if (offset !== '' && !/^[-+]?\d+$/.test(offset)) throw new CommandError(`${curly(text)}: integer expected after delimiter`)
  let pattern: Pattern
  try {
    pattern = compilePattern(text.slice(1, end), { dialect: 'bre' })
  } catch (thrown) {
    if (!(thrown instanceof RegexError)) throw thrown
    throw new CommandError(`${curly(text)}: invalid regular expression: Invalid regular expression`)
  }
  return { text, line: undefined, pattern, offset: Number(offset === '' ? 0 : offset), isSkip: delimiter === '%', repeats: 0 }
}

async function cutsOf(tool: Tool, words: readonly string[]): Promise<readonly Cut[]> {
  const cuts: Cut[] = []
  let last = 0
  for (const word of words) {
    const repeat = /^\{(.*)\}$/.exec(word)?.[1]
    const before = cuts.at(-1)
    if (repeat !== undefined && before !== undefined) {
      if (repeat !== '*' && !/^\d+$/.test(repeat)) throw new CommandError(`${curly(word)}: integer required between '{' and '}'`)
      before.repeats = repeat === '*' ? Infinity : Number(repeat)
    } else if (/^[/%]/.test(word)) cuts.push(patternCut(word))
    else {
      if (!/^\d+$/.test(word)) throw new CommandError(`${curly(word)}: invalid pattern`)
      const line = Number(word)
      if (line === 0) throw new CommandError(`${word}: line number must be greater than zero`)
      if (line < last) throw new CommandError(`line number ${curly(word)} is smaller than preceding line number, ${last}`)
      if (line === last) await complain(tool, `warning: line number ${curly(word)} is the same as preceding line number`)
      last = line
      cuts.push({ text: word, line, pattern: undefined, offset: 0, isSkip: false, repeats: 0 })
    }
  }
  return cuts
}

/** Makes the names of the parts: a prefix and a number by a format of printf with one conversion. */
function namer({ options }: Tool): (index: number) => string {
  const prefix = options.value('prefix') ?? 'xx'
  const digits = options.value('digits') ?? '2'
  if (!/^\d+$/.test(digits)) throw new CommandError(`invalid number: ${curly(digits)}`)
  const format = options.value('suffix-format')
  if (format === undefined) return (index) => prefix + String(index).padStart(Number(digits), '0')
  const found = [...format.matchAll(/%(?:%|([-+ #0']*)(\d*)(?:\.(\d+))?([a-zA-Z])?)/g)].filter(([all]) => all !== '%%')
  const [directive, extra] = found
  if (directive === undefined) throw new CommandError('missing % conversion specification in suffix')
  if (extra !== undefined) throw new CommandError('too many % conversion specifications in suffix')
  const [all, flags = '', width = '', precision, letter] = directive
  if (letter === undefined) throw new CommandError('missing conversion specifier in suffix')
  if (!/[diouxX]/.test(letter)) throw new CommandError(`invalid conversion specifier in suffix: ${letter}`)
  return (index) => {
    const number =
      letter === 'o'
        ? index.toString(8)
        : letter === 'x'
          ? index.toString(16)
          : letter === 'X'
            ? index.toString(16).toUpperCase()
            : String(index)
    const exact = number.padStart(Number(precision ?? 0), '0')
    const shown = flags.includes('-')
      ? exact.padEnd(Number(width))
      : exact.padStart(Number(width), flags.includes('0') && precision === undefined ? '0' : ' ')
    return prefix + format.replace(all, shown).replaceAll('%%', '%')
  }
}

/** One run: lines from the top, parts as they are cut. */
class Splitter {
  readonly #tool: Tool
  readonly #lines: readonly string[]
  readonly #name: (index: number) => string
  readonly #made: string[] = []
  #at = 0
  /** Lines that are no longer looked at for the next match. */
  #searched = 0
  #parts = 0

  constructor(tool: Tool, lines: readonly string[]) {
    this.#tool = tool
    this.#lines = lines
    this.#name = namer(tool)
  }

  async run(cuts: readonly Cut[]): Promise<void> {
    for (const cut of cuts) for (let round = 0; round <= cut.repeats; round++) if (!(await this.#cut(cut, round))) break
    await this.#write(this.#lines.length)
  }

  /** False: there is nothing more to cut, where it may be repeated without end. */
  async #cut(cut: Cut, round: number): Promise<boolean> {
    const { isSkip } = cut
    this.#tool.call.tick()
    const place = cut.line === undefined ? this.#match(cut) : this.#line(cut, round)
    if (place === undefined) {
      if (cut.repeats === Infinity && cut.pattern !== undefined) return false
      const what = cut.pattern === undefined ? 'line number out of range' : 'match not found'
      if (!isSkip) await this.#write(this.#lines.length)
      throw new CommandError(`${curly(cut.text)}: ${what}${round > 0 ? ` on repetition ${round}` : ''}`)
    }
    if (isSkip) this.#at = place
    else await this.#write(place)
    const suppresses = this.#tool.options.has('suppress') && cut.offset === 0
    if (suppresses) this.#at = Math.min(this.#at + 1, this.#lines.length)
    return true
  }

  #line({ line = 0 }: Cut, round: number): number | undefined {
    const target = line * (round + 1) - 1
    if (target > this.#lines.length - 1) return undefined
    this.#searched = target
    return target
  }

  #match({ pattern, offset, text }: Cut): number | undefined {
    const from = this.#searched
    for (let i = from; i < this.#lines.length; i++) {
      if (!(pattern?.test(textOfLatin((this.#lines[i] ?? '').replace(/\n$/, ''))) ?? false)) continue
      const place = i + offset
      if (place < this.#at || place > this.#lines.length) throw new CommandError(`${curly(text)}: line number out of range`)
      this.#searched = Math.max(i + 1, place)
      return place
    }
    return undefined
  }

  async #write(end: number): Promise<void> {
    const { options, call, out } = this.#tool
    const text = this.#lines.slice(this.#at, end).join('')
    this.#at = Math.max(this.#at, end)
    if (text === '' && options.has('elide')) return
    const name = this.#name(this.#parts)
    this.#parts += 1
    const output = call.create(name)
    await output.write(bytesOfLatin(text))
    output.close()
    this.#made.push(name)
    if (!options.has('silent')) out.putText(`${text.length}\n`)
  }

  forget(): void {
    const { call } = this.#tool
    for (const name of this.#made) call.system.tree.rm(call.at(name), { force: true })
  }
}

async function linesOf(tool: Tool, file: string): Promise<readonly string[]> {
  try {
    return latinOf(await readAll(openOperand(tool, file))).match(/[^\n]*\n|[^\n]+$/g) ?? []
  } catch (thrown) {
    failure(thrown)
    throw new CommandError(`cannot open ${quoted(file)} for reading: ${why(thrown)}`)
  }
}

async function csplit(tool: Tool): Promise<number> {
  const [file, ...words] = tool.operands
  if (file === undefined) return usageError('missing operand')
  if (words.length === 0) usageError(`missing operand after ${curly(file)}`)
  namer(tool)
  const lines = await linesOf(tool, file)
  const splitter = new Splitter(tool, lines)
  try {
    await splitter.run(await cutsOf(tool, words))
    return 0
  } catch (thrown) {
    if (thrown instanceof CommandError && !tool.options.has('keep')) splitter.forget()
    throw thrown
  }
}

/** Cuts a file where lines match. */
export const csplitCommand = textTool({
  name: 'csplit',
  summary: 'cuts a file into parts where lines match',
  usage: '[OPTION]... FILE PATTERN...',
  shape: {
    options: [
      { key: 'suffix-format', short: 'b', long: ['suffix-format'], value: 'required' },
      { key: 'prefix', short: 'f', long: ['prefix'], value: 'required' },
      { key: 'keep', short: 'k', long: ['keep-files'] },
      { key: 'suppress', long: ['suppress-matched'] },
      { key: 'digits', short: 'n', long: ['digits'], value: 'required' },
      { key: 'silent', short: 'sq', long: ['quiet', 'silent'] },
      { key: 'elide', short: 'z', long: ['elide-empty-files'] },
    ],
  },
  run: csplit,
})
