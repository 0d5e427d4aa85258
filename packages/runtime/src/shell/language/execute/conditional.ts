import { assertNever } from '@tabwright/protocol'
import type { TestBinaryExpression, TestCommand, TestExpression, Word } from 'unbash'
import { byCodePoint } from '../expansion/pathnames'
import { expandPattern, expandPieces, expandText } from '../expansion/expand'
import { globMatcher } from '../glob'
import type { Runner } from '../runner'
import { RegexError } from '../../regex/pattern'
import { ShellError } from '../shell-error'
import { told } from './compound'
import type { Executor } from './executor'
import { fileComparison, numberComparison, operandNumber, unaryTest } from './file-tests'
import { matchRegex } from './regex-match'
import { trace } from './trace'

/** `[[ … ]]`. */
export async function runTest(executor: Executor, node: TestCommand): Promise<void> {
  let status = 1
  try {
    if (await holds(executor, node.expression)) status = 0
  } catch (thrown) {
    if (!(thrown instanceof RegexError)) throw thrown
    status = 2
  }
  await executor.settle(status)
}

/** `set -x` tells every comparison that is made, with a `!` right before it. */
async function traceTest(executor: Executor, words: readonly string[], isNegated: boolean): Promise<void> {
  if (executor.state.has('xtrace')) await trace(executor, `[[ ${isNegated ? '! ' : ''}${words.map((word) => word || "''").join(' ')} ]]`)
}

async function holds(executor: Executor, expression: TestExpression, isNegated = false): Promise<boolean> {
  switch (expression.type) {
    case 'TestUnary': {
      const operand = await expandText(executor, expression.operand)
      await traceTest(executor, [expression.operator, operand], isNegated)
      return (await told(executor, '[[', () => unaryTest(executor, expression.operator, operand))) ?? false
    }
    case 'TestBinary':
      return compares(executor, expression, isNegated)
    case 'TestLogical': {
      const isAnd = expression.operator === '&&'
      for (const operand of expression.operands) if ((await holds(executor, operand)) !== isAnd) return !isAnd
      return isAnd
    }
    case 'TestNot': {
      const turns = expression.negations.length % 2 === 1
      return (await holds(executor, expression.operand, turns)) !== turns
    }
    case 'TestGroup':
      return holds(executor, expression.expression)
    default:
      return assertNever(expression)
  }
}

async function compares(
  executor: Executor,
  { operator, left: leftWord, right: rightWord }: TestBinaryExpression,
  isNegated: boolean,
): Promise<boolean> {
  const nocase = executor.state.shopt.has('nocasematch')
  const left = await expandText(executor, leftWord)
  const tell = (right: string): Promise<void> => traceTest(executor, [left, operator, right], isNegated)
  if (operator === '=' || operator === '==' || operator === '!=') {
    const pattern = await expandPattern(executor, rightWord)
    if (executor.state.has('xtrace')) await tell(await escapedText(executor, rightWord))
    return globMatcher(pattern, { nocase }).matches(left) === (operator !== '!=')
  }
  if (operator === '=~') {
    const source = await regexOf(executor, rightWord)
    await tell(source)
    return matchRegex(executor, { text: left, source, nocase })
  }
  const right = await expandText(executor, rightWord)
  await tell(right)
  switch (operator) {
    case '<':
      return byCodePoint(left, right) < 0
    case '>':
      return byCodePoint(left, right) > 0
    case '-nt':
    case '-ot':
    case '-ef':
      return fileComparison(executor, operator, [left, right])
    case '-eq':
    case '-ne':
    case '-lt':
    case '-le':
    case '-gt':
    case '-ge':
      return (
        (await told(executor, '[[', () => numberComparison(operator, operandNumber(executor, left), operandNumber(executor, right)))) ??
        false
      )
    default:
      throw new ShellError(`${operator}: conditional binary operator expected`, 2)
  }
}

/** A pattern as `set -x` tells it: every character that was quoted stands behind a backslash. */
async function escapedText(executor: Executor, word: Word): Promise<string> {
  const pieces = await expandPieces(executor, word)
  return pieces.rows.map((row) => row.map((piece) => (piece.quoted ? piece.text.replace(/./gsu, '\\$&') : piece.text)).join('')).join(' ')
}

/** A regular expression in which what was quoted stands for itself. */
async function regexOf(runner: Runner, word: Word): Promise<string> {
  const pieces = await expandPieces(runner, word)
  return pieces.rows
    .map((row) => row.map((piece) => (piece.quoted ? piece.text.replace(/[\\^$.[\]|()*+?{}]/g, '\\$&') : piece.text)).join(''))
    .join(' ')
}
