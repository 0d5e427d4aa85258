import { deepEqual } from './deep-equal'
import { format, formatWithOptions } from './format'
import { customInspect, inspect } from './inspect'
import { promisified } from './timers'

function promisify(original: unknown): unknown {
  if (typeof original !== 'function')
    throw Object.assign(new TypeError('The "original" argument must be of type function'), { code: 'ERR_INVALID_ARG_TYPE' })
  const own: unknown = Reflect.get(original, promisified)
  if (typeof own === 'function') return own
  return function (this: unknown, ...args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      Reflect.apply(original, this, [
        ...args,
        (error: unknown, value: unknown) => (error === null || error === undefined ? resolve(value) : reject(error)),
      ])
    })
  }
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
      (error: unknown) => void Reflect.apply(callback, undefined, [error]),
    )
  }
}

function inherits(child: unknown, parent: unknown): void {
  if (typeof child !== 'function' || typeof parent !== 'function') throw new TypeError('inherits takes two constructors')
  Reflect.set(child, 'super_', parent)
  Object.setPrototypeOf(child.prototype, parent.prototype)
}

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)

/** `util.types`: what can be told from outside. */
const types = Object.fromEntries(
  [
    'Date',
    'RegExp',
    'Map',
    'Set',
    'WeakMap',
    'WeakSet',
    'Promise',
    'ArrayBuffer',
    'SharedArrayBuffer',
    'DataView',
    'Uint8Array',
    'Int32Array',
    'Float64Array',
    'GeneratorFunction',
    'AsyncFunction',
  ].map((name) => [`is${name}`, (value: unknown) => tagOf(value) === name]),
)

Object.assign(types, {
  isNativeError: (value: unknown) => value instanceof Error,
  isTypedArray: (value: unknown) => ArrayBuffer.isView(value) && !(value instanceof DataView),
  isGeneratorObject: (value: unknown) => tagOf(value) === 'Generator',
  isAnyArrayBuffer: (value: unknown) => /^(Shared)?ArrayBuffer$/.test(tagOf(value)),
  isBoxedPrimitive: (value: unknown) => typeof value === 'object' && /^(Number|String|Boolean|Symbol|BigInt)$/.test(tagOf(value)),
})

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
}

function argError(code: string, message: string): TypeError {
  return Object.assign(new TypeError(message), { code })
}

/** `util.parseArgs` on the given words. */
function parseArgs(config: ArgConfig, argv: readonly string[]): { values: Record<string, unknown>; positionals: string[] } {
  const options = config.options ?? {}
  const strict = config.strict ?? true
  const values: Record<string, unknown> = {}
  const positionals: string[] = []
  const rest = [...(config.args ?? argv)]
  const keep = (name: string, value: unknown): void => {
    const known = values[name]
    if (options[name]?.multiple === true) values[name] = [...(Array.isArray(known) ? known : []), value]
    else values[name] = value
  }
  const take = (name: string, inline: string | undefined, shown: string): void => {
    const option = options[name]
    if (option === undefined && strict) throw argError('ERR_PARSE_ARGS_UNKNOWN_OPTION', `Unknown option '${shown}'`)
    if (option?.type !== 'string') return keep(name, inline ?? true)
    const value = inline ?? rest.shift()
    if (value === undefined) throw argError('ERR_PARSE_ARGS_INVALID_OPTION_VALUE', `Option '${shown} <value>' argument missing`)
    keep(name, value)
  }
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      positionals.push(...rest.splice(0))
    } else if (word.startsWith('--')) {
      const [, name = '', inline] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? []
      take(name, inline, `--${name}`)
    } else if (/^-./.test(word)) {
      for (const letter of word.slice(1))
        take(Object.entries(options).find(([, option]) => option.short === letter)?.[0] ?? letter, undefined, `-${letter}`)
    } else positionals.push(word)
  }
  if (strict && config.allowPositionals !== true && positionals.length > 0)
    throw argError(
      'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL',
      `Unexpected argument '${positionals[0] ?? ''}'. This command does not take positional arguments`,
    )
  for (const [name, option] of Object.entries(options)) if (!(name in values) && option.default !== undefined) values[name] = option.default
  return { values, positionals }
}

const ANSI = /\u001b\[[0-9;]*[A-Za-z]/g

/** The `util` module. */
export function utilFor(argv: readonly string[]): Record<string, unknown> {
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
    deprecate: (work: unknown) => work,
    stripVTControlCharacters: (text: unknown) => String(text).replace(ANSI, ''),
    toUSVString: (text: unknown) => String(text).replace(/\p{Surrogate}/gu, '\ufffd'),
    debuglog: () => Object.assign(() => undefined, { enabled: false }),
    isArray: Array.isArray,
    TextEncoder,
    TextDecoder,
  }
}
