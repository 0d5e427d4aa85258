import type { FileTree } from '../../../shell/tree/file-tree'
import { cleanStack, placeOf } from './evaluate'
import { inspect } from './inspect'
import { stackOfThrown } from './thrown'
import { NODE_VERSION } from '../version'

/** How the engine words a value in a message, without running code of the program. */
function reasonText(reason: unknown): string {
  if (typeof reason === 'function') return String(reason)
  if (typeof reason !== 'object' || reason === null) return String(reason)
  const made: unknown = Reflect.get(reason, 'constructor')
  return `#<${typeof made === 'function' && made.name !== '' ? made.name : 'Object'}>`
}

/** What stands for a rejection that nobody caught and that is no error. */
export function unhandled(reason: unknown): Error {
  const message =
    'This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise which was not handled with .catch(). ' +
    `The promise rejected with the reason "${reasonText(reason)}".`
  const error = Object.assign(new Error(message), { code: 'ERR_UNHANDLED_REJECTION' })
  Object.defineProperty(error, 'name', { value: 'UnhandledPromiseRejection', configurable: true, writable: true })
  error.stack = `UnhandledPromiseRejection: ${message}`
  return error
}

/** Characters before the place that an error is shown at: where it is thrown in the same breath, that is the `throw`. */
function thrownAt(line: string, column: number): number {
  const before = line.slice(0, Math.max(column - 1, 0))
  return before.length - (/throw(?:\s*|[^\s\w])$/.exec(before)?.[0].length ?? 0)
}

/** The line at which a stack begins, with a mark below; empty where that is none of the program's. */
function headOf(tree: FileTree, stack: string, code: string | undefined): string {
  const place = stack
    .split('\n')
    .map(placeOf)
    .find((found) => found !== undefined)
  if (place === undefined) return ''
  const node = tree.find(place.file.replace(/^file:\/\//, ''))
  const text = node?.type === 'file' ? new TextDecoder().decode(node.bytes) : place.file === '[eval]' ? code : undefined
  const line = text?.split('\n')[place.line - 1]
  return line === undefined ? '' : `${place.file}:${place.line}\n${line}\n${' '.repeat(thrownAt(line, place.column))}^\n`
}

const HINT = '(Use `node --trace-uncaught ...` to show where the exception was thrown)\n'

/** What is said at the end of a program that nobody caught an error of. @param code the text of `node -e` */
export function uncaughtText(tree: FileTree, thrown: unknown, code: string | undefined): string {
  const end = `\nNode.js ${NODE_VERSION}\n`
  if (!(thrown instanceof Error)) {
    const head = headOf(tree, stackOfThrown(thrown) ?? '', code)
    const isSimple = (typeof thrown !== 'object' && typeof thrown !== 'function') || thrown === null
    const shown =
      typeof thrown === 'symbol' ? '' : typeof thrown === 'string' ? thrown : typeof thrown === 'bigint' ? String(thrown) : inspect(thrown)
    return `${head === '' ? 'Uncaught:\n' : `\n${head}`}${shown}\n${isSimple ? HINT : ''}${end}`
  }
  // One without frames is shown in brackets elsewhere, here it is bare.
  const clean = cleanStack(inspect(thrown)).replace(/^\[([\s\S]*?)\]( \{\n|$)/, '$1$2')
  // What the sandbox itself found wrong was thrown by code that is none of the program's.
  const shown = /\n\s+at /.test(clean) ? clean : clean.replace(/ \{\n/, '\n    at node:internal {\n')
  const head = headOf(tree, shown, code)
  return `${head === '' ? '' : `${head}\n`}${shown}\n${end}`
}
