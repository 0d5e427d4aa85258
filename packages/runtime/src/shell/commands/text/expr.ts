import type { Command } from '../command'
import { CommandError } from '../command'
import { basicExpression } from './pattern'
import { curly } from './quotes'
import { textTool } from './tool'

/** A value: a text that may be read as a number. */
type Value = string

function integerOf(value: Value): bigint | undefined {
  return /^-?\d+$/.test(value) ? BigInt(value) : undefined
}

function isNull(value: Value): boolean {
  return value === '' || /^-?0+$/.test(value)
}

function numberOf(value: Value): bigint {
  const number = integerOf(value)
  if (number === undefined) throw new CommandError('non-integer argument', 2)
  return number
}

function compared(a: Value, b: Value): number {
  const [x, y] = [integerOf(a), integerOf(b)]
  if (x !== undefined && y !== undefined) return x < y ? -1 : x > y ? 1 : 0
  return a < b ? -1 : a > b ? 1 : 0
}

/** `text : pattern`: the group, or how much matched. The pattern stands at the start of the text. */
function matched(text: Value, source: Value): Value {
  const pattern = basicExpression(source, 2)
  const match = pattern.exec(text)
  const isAtStart = match?.start === 0
  if (pattern.groups > 0) return isAtStart ? (match.group(1) ?? '') : ''
  return String(isAtStart ? Array.from(text.slice(0, match.end)).length : 0)
}

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '=': (order) => order === 0,
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
  '>=': (order) => order >= 0,
  '>': (order) => order > 0,
}

/** Reads and works out at once; what `|` and `&` pass over is read and not worked out. */
class Expression {
  readonly #words: readonly string[]
  #at = 0

  constructor(words: readonly string[]) {
    this.#words = words
  }

  whole(): Value {
    const value = this.#or(true)
    const extra = this.#words[this.#at]
    if (extra !== undefined) throw new CommandError(`syntax error: unexpected argument ${curly(extra)}`, 2)
    return value
  }

  #take(...words: readonly string[]): string | undefined {
    const word = this.#words[this.#at]
    if (word === undefined || !words.includes(word)) return undefined
    this.#at += 1
    return word
  }

  #or(isLive: boolean): Value {
    let left = this.#and(isLive)
    while (this.#take('|') !== undefined) {
      const right = this.#and(isLive && isNull(left))
      if (isNull(left)) left = isNull(right) ? '0' : right
    }
    return left
  }

  #and(isLive: boolean): Value {
    let left = this.#comparison(isLive)
    while (this.#take('&') !== undefined) {
      const right = this.#comparison(isLive && !isNull(left))
      if (isNull(left) || isNull(right)) left = '0'
    }
    return left
  }

  #comparison(isLive: boolean): Value {
    let left = this.#sum(isLive)
    for (let word = this.#take(...Object.keys(COMPARISONS)); word !== undefined; word = this.#take(...Object.keys(COMPARISONS))) {
      const right = this.#sum(isLive)
      if (isLive) left = COMPARISONS[word]?.(compared(left, right)) ? '1' : '0'
    }
    return left
  }

  #sum(isLive: boolean): Value {
    let left = this.#product(isLive)
    for (let word = this.#take('+', '-'); word !== undefined; word = this.#take('+', '-')) {
      const right = this.#product(isLive)
      if (isLive) left = String(word === '+' ? numberOf(left) + numberOf(right) : numberOf(left) - numberOf(right))
    }
    return left
  }

  #product(isLive: boolean): Value {
    let left = this.#match(isLive)
    for (let word = this.#take('*', '/', '%'); word !== undefined; word = this.#take('*', '/', '%')) {
      const right = this.#match(isLive)
      if (isLive) left = String(multiplied(word, numberOf(left), numberOf(right)))
    }
    return left
  }

  #match(isLive: boolean): Value {
    let left = this.#function(isLive)
    while (this.#take(':') !== undefined) {
      const right = this.#function(isLive)
      if (isLive) left = matched(left, right)
    }
    return left
  }

  #function(isLive: boolean): Value {
    switch (this.#take('+', 'length', 'match', 'index', 'substr')) {
      case '+':
        return this.#word()
      case 'length':
        return String([...this.#function(isLive)].length)
      case 'match': {
        const text = this.#function(isLive)
        const pattern = this.#function(isLive)
        return isLive ? matched(text, pattern) : ''
      }
      case 'index': {
        const text = [...this.#function(isLive)]
        const letters = [...this.#function(isLive)]
        return String(text.findIndex((letter) => letters.includes(letter)) + 1)
      }
      case 'substr': {
        const text = [...this.#function(isLive)]
        const from = integerOf(this.#function(isLive)) ?? 0n
        const length = integerOf(this.#function(isLive)) ?? 0n
        return from <= 0n || length <= 0n ? '' : text.slice(Number(from) - 1, Number(from) - 1 + Number(length)).join('')
      }
      default:
        return this.#primary(isLive)
    }
  }

  #primary(isLive: boolean): Value {
    if (this.#take('(') !== undefined) {
      const value = this.#or(isLive)
      if (this.#take(')') !== undefined) return value
      const found = this.#words[this.#at]
      const after = curly(this.#words[this.#at - 1] ?? '')
      throw new CommandError(
        found === undefined ? `syntax error: expecting ')' after ${after}` : `syntax error: expecting ')' instead of ${curly(found)}`,
        2,
      )
    }
    if (this.#words[this.#at] === ')') throw new CommandError("syntax error: unexpected ')'", 2)
    return this.#word()
  }

  #word(): Value {
    const word = this.#words[this.#at]
    if (word === undefined) throw new CommandError(`syntax error: missing argument after ${curly(this.#words[this.#at - 1] ?? '')}`, 2)
    this.#at += 1
    return word
  }
}

function multiplied(word: string, a: bigint, b: bigint): bigint {
  if (word === '*') return a * b
  if (b === 0n) throw new CommandError('division by zero', 2)
  return word === '/' ? a / b : a % b
}

const asked = textTool({
  name: 'expr',
  summary: 'works out an expression',
  usage: 'EXPRESSION',
  shape: { options: [], usageCode: 2 },
  run: () => Promise.resolve(0),
})

/** Arithmetic, comparisons and matches of words. */
export const exprCommand: Command = {
  name: 'expr',
  summary: 'works out an expression of words: numbers, comparisons, matches, parts of texts',
  run: async (call) => {
    const [first] = call.args
    if (call.args.length === 1 && (first === '--help' || first === '--version')) return asked.run(call)
    const words = first === '--' ? call.args.slice(1) : call.args
    if (words.length === 0) {
      await call.stderr.write(`${call.name}: missing operand\nTry '${call.name} --help' for more information.\n`)
      return 2
    }
    const value = new Expression(words).whole()
    await call.stdout.write(`${value}\n`)
    return isNull(value) ? 1 : 0
  },
}
