import type { Program } from './messages'

/** A `node` command line, understood. */
export type NodeCall =
  | {
      readonly type: 'run'
      readonly program: Program
      readonly args: readonly string[]
      readonly execArgv: readonly string[]
      readonly preload: readonly string[]
    }
  | { readonly type: 'stdin'; readonly module: boolean; readonly args: readonly string[]; readonly preload: readonly string[] }
  | {
      readonly type: 'test'
      readonly paths: readonly string[]
      readonly only: boolean
      readonly pattern?: string
      /** Undefined: spec where a person looks on, else tap. */
      readonly reporter: 'tap' | 'spec' | undefined
      readonly preload: readonly string[]
    }
  | { readonly type: 'check'; readonly path: string }
  | { readonly type: 'version' }
  | { readonly type: 'help' }
  | { readonly type: 'wrong'; readonly message: string }

/** Flags that change nothing here: warnings that we never print, memory limits, features that are on anyway. */
const IDLE = [
  /^--(no-)?(warnings|deprecation|experimental-[\w-]+|harmony[\w-]*)$/,
  /^--(enable-source-maps|trace-[\w-]+|pending-deprecation|preserve-symlinks|expose-gc|unhandled-rejections=(throw|strict))$/,
  /^--(max-old-space-size|stack-trace-limit|stack-size)=\d+$/,
  /^--test-(concurrency|timeout)=\d+$/,
]

/** Flags that take their value from the next word. */
const VALUED = new Set([
  '-e',
  '--eval',
  '-p',
  '--print',
  '-pe',
  '-r',
  '--require',
  '--import',
  '--input-type',
  '--test-name-pattern',
  '--test-reporter',
])

interface Flags {
  test: boolean
  only: boolean
  check: boolean
  module: boolean
  print: boolean
  code: string | undefined
  pattern: string | undefined
  reporter: string | undefined
  preload: string[]
}

function takeValue(flags: Flags, name: string, value: string): void {
  if (name === '-e' || name === '--eval') flags.code = value
  else if (name === '-p' || name === '--print' || name === '-pe') {
    flags.code = value
    flags.print = true
  } else if (name === '--input-type') flags.module = value === 'module'
  else if (name === '--test-name-pattern') flags.pattern = value
  else if (name === '--test-reporter') flags.reporter = value
  else flags.preload.push(value)
}

/** False: no such switch. */
function takeSwitch(flags: Flags, name: string): boolean {
  if (name === '--test') flags.test = true
  else if (name === '--test-only') flags.only = true
  else if (name === '-c' || name === '--check') flags.check = true
  else return IDLE.some((shape) => shape.test(name))
  return true
}

/** Understands what follows `node`. An option that is not known is an answer of its own, never ignored. */
export function parseNode(argv: readonly string[]): NodeCall {
  const flags: Flags = {
    test: false,
    only: false,
    check: false,
    module: false,
    print: false,
    code: undefined,
    pattern: undefined,
    reporter: undefined,
    preload: [],
  }
  const rest = [...argv]
  while (rest[0]?.startsWith('-') && rest[0] !== '-') {
    const word = rest.shift() ?? ''
    if (word === '--') break
    if (word === '-v' || word === '--version') return { type: 'version' }
    if (word === '-h' || word === '--help') return { type: 'help' }
    const [name, inline] = /^--[\w-]+=/.test(word)
      ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]
      : [word, undefined]
    if (VALUED.has(name)) {
      const value = inline ?? rest.shift()
      if (value === undefined) return { type: 'wrong', message: `node: ${word} requires an argument` }
      takeValue(flags, name, value)
    } else if (!takeSwitch(flags, word)) return { type: 'wrong', message: `node: bad option: ${word}` }
  }
  return callOf(flags, argv, rest)
}

function callOf(flags: Flags, argv: readonly string[], rest: readonly string[]): NodeCall {
  const { preload, module, only } = flags
  if (flags.test) {
    if (flags.reporter !== undefined && flags.reporter !== 'tap' && flags.reporter !== 'spec')
      return { type: 'wrong', message: `node: the test reporter ${flags.reporter} is not in this sandbox; there are tap and spec` }
    return {
      type: 'test',
      paths: rest,
      only,
      reporter: flags.reporter,
      preload,
      ...(flags.pattern === undefined ? {} : { pattern: flags.pattern }),
    }
  }
  const execArgv = argv.slice(0, argv.length - rest.length)
  if (flags.code !== undefined)
    return { type: 'run', program: { type: 'eval', code: flags.code, print: flags.print, module }, args: rest, execArgv, preload }
  const [path, ...args] = rest
  if (path === undefined || path === '-') return { type: 'stdin', module, args, preload }
  if (flags.check) return { type: 'check', path }
  return { type: 'run', program: { type: 'file', path }, args, execArgv, preload }
}
