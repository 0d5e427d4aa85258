import type { World } from './context'
import { deepEqual } from './deep-equal'
import { format, formatWithOptions } from './format'
import { customInspect, inspect } from './inspect'
import { ERROR_NUMBERS, SYSTEM_ERRORS } from './system-constants'
import { types } from './util-types'
import { MIMEParams, MIMEType } from './mime-type'
import { promisified } from './timers'

function promisify(original: unknown): unknown {
  if (typeof original !== 'function')
    throw Object.assign(new TypeError('The "original" argument must be of type function'), { code: 'ERR_INVALID_ARG_TYPE' })
  const own: unknown = Reflect.get(original, promisified)
  if (typeof own === 'function') return own
  const promising = function (this: unknown, ...args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      Reflect.apply(original, this, [
        ...args,
        (error: unknown, value: unknown) => (error === null || error === undefined ? resolve(value) : reject(error)),
      ])
    })
  }
  Object.setPrototypeOf(promising, Object.getPrototypeOf(original))
  const { prototype: _, ...described } = Object.getOwnPropertyDescriptors(original)
  return Object.defineProperties(promising, described)
}

/** A callback that got a falsy value as its error would take it for none. */
function reasonOf(error: unknown): unknown {
  if (error) return error
  return Object.assign(new Error('Promise was rejected with falsy value'), { code: 'ERR_FALSY_VALUE_REJECTION', reason: error })
}

function callbackify(original: unknown): unknown {
  if (typeof original !== 'function')
    throw Object.assign(new TypeError('The "original" argument must be of type function'), { code: 'ERR_INVALID_ARG_TYPE' })
  return function (this: unknown, ...args: unknown[]): void {
    const callback = args.pop()
    if (typeof callback !== 'function')
      throw Object.assign(new TypeError('The last argument must be of type function'), { code: 'ERR_INVALID_ARG_TYPE' })
    void Promise.resolve(Reflect.apply(original, this, args)).then(
      (value: unknown) => void Reflect.apply(callback, undefined, [null, value]),
      (error: unknown) => void Reflect.apply(callback, undefined, [reasonOf(error)]),
    )
  }
}

function inherits(child: unknown, parent: unknown): void {
  if (typeof child !== 'function' || typeof parent !== 'function') throw new TypeError('inherits takes two constructors')
  Reflect.set(child, 'super_', parent)
  Object.setPrototypeOf(child.prototype, parent.prototype)
}

interface ArgOption {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  readonly multiple?: boolean
  readonly default?: unknown
}

interface ArgConfig {
  readonly args?: readonly string[]
  readonly options?: Readonly<Record<string, ArgOption>>
  readonly strict?: boolean
  readonly allowPositionals?: boolean
  readonly tokens?: boolean
}

/** What `parseArgs` read a word as. */
type ArgToken =
  | { kind: 'option'; name: string; rawName: string; index: number; value: string | undefined; inlineValue: boolean | undefined }
  | { kind: 'positional'; index: number; value: string }
  | { kind: 'option-terminator'; index: number }

interface ParsedArgs {
  readonly values: Record<string, unknown>
  readonly positionals: string[]
  readonly tokens?: ArgToken[]
}

function argError(code: string, message: string): TypeError {
  return Object.assign(new TypeError(message), { code })
}

/** `util.parseArgs` on the given words. */
function parseArgs(config: ArgConfig, argv: readonly string[]): ParsedArgs {
  const options = config.options ?? {}
  const strict = config.strict ?? true
  const values: Record<string, unknown> = Object.create(null)
  const tokens: ArgToken[] = []
  const positionals: string[] = []
  const rest = [...(config.args ?? argv)]
  const length = rest.length
  const index = (): number => length - rest.length - 1
  const keep = (name: string, value: unknown): void => {
    const known = values[name]
    if (options[name]?.multiple === true) values[name] = [...(Array.isArray(known) ? known : []), value]
    else values[name] = value
  }
  const take = (name: string, inline: string | undefined, shown: string): void => {
    const option = options[name]
    if (option === undefined && strict) throw argError('ERR_PARSE_ARGS_UNKNOWN_OPTION', `Unknown option '${shown}'`)
    const token = { kind: 'option' as const, name, rawName: shown, index: index() }
    if (option?.type !== 'string') {
      tokens.push({ ...token, value: inline, inlineValue: inline === undefined ? undefined : true })
      return keep(name, inline ?? true)
    }
    const value = inline ?? rest.shift()
    if (value === undefined) throw argError('ERR_PARSE_ARGS_INVALID_OPTION_VALUE', `Option '${shown} <value>' argument missing`)
    tokens.push({ ...token, value, inlineValue: inline !== undefined })
    keep(name, value)
  }
  const positional = (value: string): void => {
    tokens.push({ kind: 'positional', index: index(), value })
    positionals.push(value)
  }
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      tokens.push({ kind: 'option-terminator', index: index() })
      for (let value = rest.shift(); value !== undefined; value = rest.shift()) positional(value)
    } else if (word.startsWith('--')) {
      const [, name = '', inline] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? []
      take(name, inline, `--${name}`)
    } else if (/^-./.test(word)) {
      for (const letter of word.slice(1))
        take(Object.entries(options).find(([, option]) => option.short === letter)?.[0] ?? letter, undefined, `-${letter}`)
    } else positional(word)
  }
  if (strict && config.allowPositionals !== true && positionals.length > 0)
    throw argError(
      'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL',
      `Unexpected argument '${positionals[0] ?? ''}'. This command does not take positional arguments`,
    )
  for (const [name, option] of Object.entries(options)) if (!(name in values) && option.default !== undefined) values[name] = option.default
  return { values, positionals, ...(config.tokens === true && { tokens }) }
}

const ANSI = /\u001b\[[0-9;]*[A-Za-z]/g

/** Warned of at its first call. */
function deprecated(work: unknown, warn: () => void): unknown {
  if (typeof work !== 'function') return work
  let isTold = false
  return function (this: unknown, ...args: unknown[]): unknown {
    if (!isTold) warn()
    isTold = true
    return Reflect.apply(work, this, args)
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** Codes that begin and end a style. */
const STYLES: Readonly<Record<string, readonly [begin: number, end: number]>> = {
  reset: [0, 0],
  bold: [1, 22],
  dim: [2, 22],
  italic: [3, 23],
  underline: [4, 24],
  inverse: [7, 27],
  hidden: [8, 28],
  strikethrough: [9, 29],
  black: [30, 39],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
  white: [37, 39],
  gray: [90, 39],
  grey: [90, 39],
}

function styleText(style: unknown, text: unknown, isShown: boolean): string {
  const names = (Array.isArray(style) ? style : [style]).map(String)
  return names.reduceRight((inner, name) => {
    const codes = STYLES[name]
    if (codes === undefined)
      throw Object.assign(new TypeError(`The argument 'format' must be one of: ${Object.keys(STYLES).join(', ')}. Received '${name}'`), {
        code: 'ERR_INVALID_ARG_VALUE',
      })
    return isShown ? `\u001b[${codes[0]}m${inner}\u001b[${codes[1]}m` : inner
  }, String(text))
}

/** Says something where `NODE_DEBUG` names it. */
function debugLog(set: string, wanted: string, say: (text: string) => void): unknown {
  const name = set.toUpperCase()
  const enabled = wanted
    .toUpperCase()
    .split(',')
    .some(
      (one) =>
        new RegExp(
          `^${one
            .trim()
            .replace(/[|\\{}()[\]^$+?.]/g, '\\$&')
            .replaceAll('*', '.*')}$`,
        ).test(name) && one.trim() !== '',
    )
  return Object.assign((...args: unknown[]) => enabled && say(`${name} 2: ${format(...args)}\n`), { enabled })
}

/** The `util` module. */
export function utilFor(
  { argv, env, write, terminals }: Pick<World, 'argv' | 'env' | 'write' | 'terminals'>,
  warn: (text: string, code: unknown) => void,
): Record<string, unknown> {
  return {
    inspect: Object.assign((value: unknown, options?: object | boolean) => inspect(value, typeof options === 'object' ? options : {}), {
      custom: customInspect,
      defaultOptions: {},
    }),
    format,
    formatWithOptions,
    promisify: Object.assign(promisify, { custom: promisified }),
    callbackify,
    inherits,
    types,
    parseArgs: (config: ArgConfig = {}) => parseArgs(config, argv.slice(2)),
    isDeepStrictEqual: (a: unknown, b: unknown) => deepEqual(a, b, true),
    deprecate: (work: unknown, message: unknown, code?: unknown) => deprecated(work, () => warn(String(message), code)),
    getSystemErrorMap: () =>
      new Map(Object.values(SYSTEM_ERRORS).map(([number, text], at) => [-number, [Object.keys(SYSTEM_ERRORS)[at], text]])),
    getSystemErrorName: (number: unknown) => Object.entries(ERROR_NUMBERS).find(([, one]) => one === -Number(number))?.[0],
    aborted,
    // As Node 20 does it at its end: colours go to terminals, unless nobody shall look.
    styleText: (style: unknown, text: unknown, options?: unknown) =>
      styleText(style, text, terminals.includes('stdout') || Reflect.get(Object(options), 'validateStream') === false),
    stripVTControlCharacters: (text: unknown) => String(text).replace(ANSI, ''),
    toUSVString: (text: unknown) => String(text).replace(/\p{Surrogate}/gu, '\ufffd'),
    debuglog: (set: unknown) => debugLog(String(set), env['NODE_DEBUG'] ?? '', (text) => write('stderr', new TextEncoder().encode(text))),
    debug: (set: unknown) => debugLog(String(set), env['NODE_DEBUG'] ?? '', (text) => write('stderr', new TextEncoder().encode(text))),
    MIMEType,
    MIMEParams,
    isArray: Array.isArray,
    TextEncoder,
    TextDecoder,
  }
}
