import { isFifo } from '../../streams/fifo'
import { descriptorNamed, DEVICE_PATHS } from '../../streams/open-path'
import { resolvePath, type TreeNode } from '../../tree/tree-node'
import { FsError } from '../../tree/fs-error'
import { walk } from '../../tree/tree-walk'
import { elementOf, evaluate, subscriptOf } from '../arithmetic/evaluate'
import type { Runner } from '../runner'
import { isSetOption } from '../state/options'
import { entriesOf } from '../state/variable'
import { ShellError } from '../shell-error'

/** Letters of the tests of one operand. */
export const UNARY_TESTS: ReadonlySet<string> = new Set([...'abcdefghknoprstuvwxzGLNORS'].map((letter) => `-${letter}`))

/** Operators of two operands that `test` and `[[` share. */
export const BINARY_TESTS: ReadonlySet<string> = new Set([
  '=', '==', '!=', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef',
]) // prettier-ignore

function nodeAt(runner: Runner, path: string, follow: boolean): TreeNode | undefined {
  if (path === '') return undefined
  const full = resolvePath(runner.state.cwd, path) + (path.endsWith('/') ? '/' : '')
  try {
    const { node } = walk(runner.system.tree.root, full, { follow, syscall: 'stat' })
    return path.endsWith('/') && node?.type !== 'folder' ? undefined : node
  } catch (thrown) {
    if (thrown instanceof FsError) return undefined
    throw thrown
  }
}

function isDevice(runner: Runner, path: string): boolean {
  const full = resolvePath(runner.state.cwd, path)
  const descriptor = descriptorNamed(full)
  return descriptor === undefined ? DEVICE_PATHS.includes(full) : runner.process.files.has(descriptor)
}

/** A test of one operand. @throws ShellError for an operator that there is not */
export function unaryTest(runner: Runner, operator: string, operand: string): boolean {
  const { state } = runner
  switch (operator) {
    case '-n':
      return operand !== ''
    case '-z':
      return operand === ''
    case '-t':
      return /^\s*\d+\s*$/.test(operand) && (runner.process.files.get(Number(operand))?.isTerminal ?? false)
    case '-v':
      return isSet(runner, operand)
    case '-R':
      return state.vars.direct(operand)?.attributes.nameref ?? false
    case '-o':
      return isSetOption(operand) && state.has(operand)
    case '-h':
    case '-L':
      return nodeAt(runner, operand, false)?.type === 'link'
    default:
      return fileTest(runner, operator, operand)
  }
}

function fileTest(runner: Runner, operator: string, path: string): boolean {
  const node = nodeAt(runner, path, true)
  if (node === undefined || node.type === 'link') return isDevice(runner, path) && '-a -e -r -w -c'.split(' ').includes(operator)
  const isPipe = node.type === 'file' && isFifo(node)
  const isFile = node.type === 'file' && !isPipe
  switch (operator) {
    case '-a':
    case '-e':
    case '-O':
    case '-G':
      return true
    case '-f':
      return isFile
    case '-d':
      return node.type === 'folder'
    case '-s':
      return node.type === 'folder' || node.bytes.length > 0
    case '-r':
      return (node.mode & 0o400) !== 0
    case '-w':
      return (node.mode & 0o200) !== 0
    case '-x':
      return (node.mode & 0o100) !== 0
    case '-u':
      return (node.mode & 0o4000) !== 0
    case '-g':
      return (node.mode & 0o2000) !== 0
    case '-k':
      return (node.mode & 0o1000) !== 0
    case '-p':
      return isPipe
    case '-N':
    case '-b':
    case '-c':
    case '-S':
      return false
    default:
      throw new ShellError(`${operator}: unary operator expected`, 2)
  }
}

function isSet(runner: Runner, name: string): boolean {
  const { state } = runner
  const element = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(name)
  if (element?.[1] === undefined || element[2] === undefined) {
    if (/^\d+$/.test(name)) return Number(name) <= state.positional.length
    const variable = state.vars.get(name)
    return variable?.text !== undefined
  }
  const [, array, subscript] = element
  const variable = state.vars.get(array)
  if (variable === undefined) return false
  if (subscript === '@' || subscript === '*') return entriesOf(variable.value).length > 0
  return elementOf(variable.value, subscriptOf(state, array, subscript), array) !== undefined
}

/** A comparison of files. */
export function fileComparison(runner: Runner, operator: string, pair: readonly [string, string]): boolean {
  const [left, right] = pair.map((path) => nodeAt(runner, path, true))
  switch (operator) {
    case '-nt':
      return left !== undefined && (right === undefined || left.mtime > right.mtime)
    case '-ot':
      return right !== undefined && (left === undefined || left.mtime < right.mtime)
    default:
      return left !== undefined && left === right
  }
}

/** A comparison of numbers that were computed. */
export function numberComparison(operator: string, left: bigint, right: bigint): boolean {
  switch (operator) {
    case '-eq':
      return left === right
    case '-ne':
      return left !== right
    case '-lt':
      return left < right
    case '-le':
      return left <= right
    case '-gt':
      return left > right
    default:
      return left >= right
  }
}

/** The number in an operand of `[[`, which is an expression. */
export function operandNumber(runner: Runner, text: string): bigint {
  return evaluate(runner.state, text)
}
