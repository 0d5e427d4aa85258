import { byCodePoint } from '../expansion/pathnames'
import { BINARY_TESTS, fileComparison, numberComparison, UNARY_TESTS, unaryTest } from '../execute/file-tests'
import type { Runner } from '../runner'
import { ShellError } from '../shell-error'
import type { Builtin } from './builtin'

function numberOf(word: string): bigint {
  const trimmed = word.trim()
  if (!/^[+-]?\d+$/.test(trimmed)) throw new ShellError(`${word}: integer expression expected`, 2)
  return BigInt(trimmed)
}

function binary(runner: Runner, operator: string, [left, right]: readonly [string, string]): boolean {
  switch (operator) {
    case '=':
    case '==':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return byCodePoint(left, right) < 0
    case '>':
      return byCodePoint(left, right) > 0
    case '-nt':
    case '-ot':
    case '-ef':
      return fileComparison(runner, operator, [left, right])
    default:
      return numberComparison(operator, numberOf(left), numberOf(right))
  }
}

/** Evaluates the words of `test`, by their number as POSIX says, else by grammar. @throws ShellError */
function evaluateTest(runner: Runner, words: readonly string[]): boolean {
  const [a = '', b = '', c = '', d = ''] = words
  switch (words.length) {
    case 0:
      return false
    case 1:
      return a !== ''
    case 2:
      if (a === '!') return b === ''
      if (UNARY_TESTS.has(a)) return unaryTest(runner, a, b)
      throw new ShellError(`${a}: unary operator expected`, 2)
    case 3:
      if (BINARY_TESTS.has(b)) return binary(runner, b, [a, c])
      if (b === '-a') return a !== '' && c !== ''
      if (b === '-o') return a !== '' || c !== ''
      if (a === '!') return !evaluateTest(runner, [b, c])
      if (a === '(' && c === ')') return b !== ''
      throw new ShellError(`${b}: binary operator expected`, 2)
    case 4:
      if (a === '!') return !evaluateTest(runner, [b, c, d])
      if (a === '(' && d === ')') return evaluateTest(runner, [b, c])
      return new Grammar(runner, words).evaluate()
    default:
      return new Grammar(runner, words).evaluate()
  }
}

class Grammar {
  readonly #runner: Runner
  readonly #words: readonly string[]
  #at = 0

  constructor(runner: Runner, words: readonly string[]) {
    this.#runner = runner
    this.#words = words
  }

  evaluate(): boolean {
    const value = this.#or()
    if (this.#at < this.#words.length) throw new ShellError('too many arguments', 2)
    return value
  }

  #or(): boolean {
    let value = this.#and()
    while (this.#words[this.#at] === '-o') {
      this.#at += 1
      const right = this.#and()
      value ||= right
    }
    return value
  }

  #and(): boolean {
    let value = this.#term()
    while (this.#words[this.#at] === '-a') {
      this.#at += 1
      const right = this.#term()
      value &&= right
    }
    return value
  }

  #term(): boolean {
    const word = this.#words[this.#at]
    if (word === undefined) throw new ShellError('argument expected', 2)
    const operator = this.#words[this.#at + 1]
    const right = this.#words[this.#at + 2]
    if (operator !== undefined && right !== undefined && BINARY_TESTS.has(operator)) {
      this.#at += 3
      return binary(this.#runner, operator, [word, right])
    }
    this.#at += 1
    if (word === '!') return !this.#term()
    if (word === '(') {
      const value = this.#or()
      if (this.#words[this.#at] !== ')') throw new ShellError("`)' expected", 2)
      this.#at += 1
      return value
    }
    if (UNARY_TESTS.has(word) && operator !== undefined && operator !== ')') {
      this.#at += 1
      return unaryTest(this.#runner, word, operator)
    }
    return word !== ''
  }
}

/** `test` and `[`. */
export const test: Builtin = {
  names: ['test', '['],
  usage: 'test [expr]',
  run(runner, args, { name }) {
    if (name !== '[') return Promise.resolve(evaluateTest(runner, args) ? 0 : 1)
    if (args.at(-1) !== ']') return Promise.reject(new ShellError("missing `]'", 2))
    return Promise.resolve(evaluateTest(runner, args.slice(0, -1)) ? 0 : 1)
  },
}
