import { Buffer } from 'buffer'
import path from 'path-browserify'
import { StringDecoder } from 'string_decoder'
import { assertFor } from './assert'
import { channelsModule } from './channels'
import { childProcessFor } from './child-module'
import { consoleModule } from './console'
import type { World } from './context'
import { placeOf } from './evaluate'
import { eventsModule } from './events'
import { fsModule } from './fs-module'
import { cryptoFor } from './hashing'
import { httpFor, httpsFor } from './http'
import { netModule } from './net-module'
import type { Modules } from './modules'
import { readlineFor, readlinePromises } from './readline'
import { missingNames, os, querystring, refuseMissing, urlFor } from './small-modules'
import { consumers, streamModule, webStreams } from './stream-module'
import { ERROR_NUMBERS, FILE_CONSTANTS, SIGNAL_NUMBERS } from './system-constants'
import { testApi } from './test-api'
import type { Runner } from './test-runner'
import type { timersFor } from './timers'
import { resolvePath } from '../../../shell/tree/tree-node'
import { utilFor } from './util'
import { zlibFor } from './zlib'

/** What the built-in modules are made of. */
export interface BuiltinParts {
  readonly world: World
  readonly process: object
  readonly timers: ReturnType<typeof timersFor>
  modules(): Modules
  /** Made at the first use of `node:test`, so that other programs end without a report. */
  runner(): Runner
}

/** Modules that exist under `node:` only. */
const PREFIXED = new Set(['test'])

/** Built-in modules by name, each made when it is first asked for. */
export function builtins(parts: BuiltinParts): (name: string) => unknown {
  const makers = makersFor(parts)
  const made = new Map<string, unknown>()
  return (specifier) => {
    const isPrefixed = specifier.startsWith('node:')
    const name = isPrefixed ? specifier.slice('node:'.length) : specifier
    if (!isPrefixed && PREFIXED.has(name)) return undefined
    if (!made.has(name)) {
      const make = makers[name]
      if (make === undefined) {
        refuseMissing(name)
        if (!isPrefixed) return undefined
        throw Object.assign(new Error(`No such built-in module: ${specifier}`), { code: 'ERR_UNKNOWN_BUILTIN_MODULE' })
      }
      made.set(name, make())
    }
    return made.get(name)
  }
}

/** Puts the built-in modules under their names, as `node -e` has them; each is made when it is first named. */
export function nameBuiltins(builtin: (name: string) => unknown): void {
  const names: unknown = Reflect.get(Object(builtin('module')), 'builtinModules')
  for (const name of Array.isArray(names) ? names.map(String) : []) {
    const isThere = name !== 'crypto' && Reflect.has(globalThis, name)
    if (isThere || name.includes('/') || name.startsWith('_') || PREFIXED.has(name)) continue
    const put = (value: unknown): void => void Object.defineProperty(globalThis, name, { value, writable: true, configurable: true })
    const get = (): unknown => {
      const value = builtin(name)
      put(value)
      return value
    }
    Object.defineProperty(globalThis, name, { get, set: put, configurable: true, enumerable: false })
  }
}

function makersFor(parts: BuiltinParts): Readonly<Record<string, () => unknown>> {
  const { world, timers } = parts
  const files = lazy(() => fsModule(world))
  const assert = lazy(() => assertFor(() => callerLine(world)))
  const warn = (text: string, code: unknown): void => {
    const emit: unknown = Reflect.get(parts.process, 'emitWarning')
    if (typeof emit === 'function') Reflect.apply(emit, parts.process, [text, 'DeprecationWarning', code])
  }
  const util = lazy(() => utilFor(world.argv, warn))
  const posix = Object.assign(path, { posix: path })
  const makers: Record<string, () => unknown> = {
    assert,
    'assert/strict': () => Object(assert()).strict,
    buffer: () => ({ Buffer, Blob, File: globalThis.File, atob, btoa, constants: { MAX_LENGTH: 2 ** 31 - 1 } }),
    child_process: () => childProcessFor(world),
    console: () => consoleModule(world),
    constants: () => ({ ...FILE_CONSTANTS, ...ERROR_NUMBERS, ...SIGNAL_NUMBERS }),
    crypto: () => cryptoFor(world),
    events: () => eventsModule(),
    fs: () => files().fs,
    'fs/promises': () => files().promises,
    http: () => httpFor(world),
    https: () => httpsFor(),
    net: () => netModule,
    module: () => moduleModule(parts, () => Object.keys(makers)),
    os: () => os,
    path: () => posix,
    'path/posix': () => posix,
    perf_hooks: () => ({ performance, PerformanceObserver: globalThis.PerformanceObserver }),
    process: () => parts.process,
    punycode: () => ({ toASCII: (name: string) => new URL(`http://${name}`).hostname }),
    querystring: () => querystring,
    readline: () => readlineFor(),
    'readline/promises': () => readlinePromises(),
    stream: streamModule,
    'stream/consumers': () => consumers,
    'stream/promises': () => Reflect.get(streamModule(), 'promises'),
    'stream/web': () => webStreams,
    string_decoder: () => ({ StringDecoder }),
    test: () => testApi(parts.runner()),
    timers: () => ({ ...timers }),
    'timers/promises': () => timers.promises,
    tty: () => ({
      isatty: (fd: unknown) => (fd === 0 ? world.input.isTerminal : world.terminals.some((stream) => fd === (stream === 'stdout' ? 1 : 2))),
    }),
    url: () => urlFor(world),
    util,
    'util/types': () => util()['types'],
    vm: () => ({
      checkFile: (file: string) => parts.modules().check(resolvePath(world.cwd, file)),
      runInThisContext: (code: string) => globalThis.eval(code),
    }),
    zlib: () => zlibFor(world),
    async_hooks: () => asyncHooks(),
    diagnostics_channel: () => channelsModule(),
  }
  return makers
}

function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** The program's own line that is being run, for messages that quote it. */
function callerLine(world: World): string | undefined {
  for (const frame of (new Error('line').stack ?? '').split('\n')) {
    const place = placeOf(frame)
    const node = place === undefined ? undefined : world.tree.find(place.file.replace(/^file:\/\//, ''))
    if (place !== undefined && node?.type === 'file') return new TextDecoder().decode(node.bytes).split('\n')[place.line - 1]?.trim()
  }
  return undefined
}

function moduleModule(parts: BuiltinParts, own: () => string[]): Record<string, unknown> {
  const names = (): string[] => [...own(), ...missingNames()]
  return {
    createRequire: (from: unknown) => {
      const text = String(from)
      return parts.modules().requireFrom(text.startsWith('file:') ? decodeURIComponent(new URL(text).pathname) : text)
    },
    get builtinModules() {
      return names()
    },
    isBuiltin: (name: unknown) => names().includes(String(name).replace(/^node:/, '')),
    _cache: parts.modules().cache,
  }
}

/** Context that follows synchronous calls only; what would need the engine's hooks says so. */
function asyncHooks(): Record<string, unknown> {
  class AsyncResource {
    runInAsyncScope(work: unknown, self?: unknown, ...args: unknown[]): unknown {
      return typeof work === 'function' ? Reflect.apply(work, self, args) : undefined
    }
    emitDestroy(): this {
      return this
    }
  }
  class AsyncLocalStorage {
    constructor() {
      throw Object.assign(new Error('AsyncLocalStorage is not in this sandbox: the browser has no hooks to carry it across awaits'), {
        code: 'ERR_UNSUPPORTED_IN_SANDBOX',
      })
    }
  }
  return { AsyncResource, AsyncLocalStorage, executionAsyncId: () => 1, triggerAsyncId: () => 0 }
}
