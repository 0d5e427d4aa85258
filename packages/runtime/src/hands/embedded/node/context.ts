import type { FileTree } from '../../../shell/tree/file-tree'
import { inspect } from './inspect'
import type { Loop } from './loop'
import type { ProgramInput } from './program-input'
import type { ProgramChildren } from './program-children'
import type { ProgramThreads } from './program-threads'
import type { ProgramPorts } from './program-ports'

/** What the parts of a program's world share. */
export interface World {
  readonly tree: FileTree
  readonly loop: Loop
  readonly argv: readonly string[]
  readonly execArgv: readonly string[]
  readonly env: Record<string, string>
  /** Standard input; asking for it tells the shell that it was used. */
  readonly input: ProgramInput
  /** Ports of the sandbox. */
  readonly ports: ProgramPorts
  /** Commands that the program starts. */
  readonly children: ProgramChildren
  /** Threads and forks of the program, and its own parent where it is one. */
  readonly threads: ProgramThreads
  /** Outputs that are a terminal. */
  readonly terminals: readonly ('stdout' | 'stderr')[]
  cwd: string
  write(stream: 'stdout' | 'stderr', bytes: Uint8Array): void
  /** Ends the program, with the signal that did it where one did; does not return. */
  exit(code: number, signal?: string): never
  /** Tells which signals the program listens for. */
  signals(names: readonly string[]): void
}

/** Thrown to unwind the program's stack after it has asked to end. */
export class ExitSignal extends Error {}

const encoder = new TextEncoder()

/** Bytes of what a program wants written: text, a buffer or a view. */
export function bytesOf(value: unknown, encoding: unknown = 'utf8'): Uint8Array {
  if (typeof value === 'string') {
    if (typeof encoding !== 'string' || encoding === 'utf8' || encoding === 'utf-8') return encoder.encode(value)
    return new Uint8Array(globalBuffer().from(value, encoding))
  }
  if (value instanceof ArrayBuffer) return new Uint8Array(value.slice(0))
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice()
  throw invalidArgument('data', 'of type string or an instance of Buffer, TypedArray, or DataView', value)
}

interface BufferLike {
  from(value: unknown, encoding?: string): Uint8Array & { toString(encoding?: string): string }
}

let bufferMaker: BufferLike | undefined

/** Set once at the start: `Buffer` lives in a library that this file must not depend on. */
export function setBuffer(maker: BufferLike): void {
  bufferMaker = maker
}

export function globalBuffer(): BufferLike {
  if (bufferMaker === undefined) throw new TypeError('Buffer is used before the program’s world is set up')
  return bufferMaker
}

/** What a value is, in the words of Node's errors. */
export function received(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (typeof value === 'object') return `an instance of ${value.constructor.name}`
  if (typeof value === 'function') return `function ${value.name}`
  if (typeof value === 'string') return `type string ('${value}')`
  return `type ${typeof value} (${inspect(value)})`
}

/** Node's words for an argument of the wrong kind. */
export function invalidArgument(name: string, expected: string, value: unknown): TypeError {
  const shown = received(value)
  return Object.assign(new TypeError(`The "${name}" argument must be ${expected}. Received ${shown}`), {
    code: 'ERR_INVALID_ARG_TYPE',
  })
}

/** A module that does not exist here, with the reason. */
export function unsupported(name: string, why: string): Error {
  return Object.assign(new Error(`node:${name} is not in this sandbox: ${why}`), { code: 'ERR_UNSUPPORTED_IN_SANDBOX' })
}
