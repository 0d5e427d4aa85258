import { parseExpressionAt } from 'acorn'
import { StringDecoder } from 'string_decoder'
import { assertFor } from './assert'
import { channelsModule } from './channels'
import { childProcessFor } from './child-module'
import { consoleModule } from './console'
import { CjsModule, EXTENSIONS, packageFolders } from './cjs-module'
import { unsupported, type World } from './context'
import { asyncHooksFor } from './contexts'
import { placeOf } from './evaluate'
import { eventsModule } from './events'
import { fsModule } from './fs-module'
import { cryptoFor } from './hashing'
import { httpFor, httpsFor } from './http'
import { netModule } from './net-module'
import type { Modules } from './modules'
import { readlineFor, readlinePromises } from './readline'
import { missingNames, os, querystring, refuseMissing } from './small-modules'
import { urlFor } from './url-module'
import { toAscii, toUnicode } from './punycode'
import { consumers, streamModule, webStreams } from './stream-module'
import { ERROR_NUMBERS, FILE_CONSTANTS, SIGNAL_NUMBERS } from './system-constants'
import { testApi } from './test-api'
import type { Runner } from './test-runner'
import type { timersFor } from './timers'
import { utilFor } from './util'
import { bufferModule } from './buffer-module'
import { dnsFor } from './dns'
import { pathModule } from './path-module'
import { v8Module } from './v8-module'
import { win32For } from './win32-path'
import { vmFor } from './vm'
import { workerThreadsFor } from './worker-threads'
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
  const timersModule = lazy(() => ({ ...timers }))
  const files = lazy(() => fsModule(world))
  const assert = lazy(() => assertFor(() => callerText(world)))
  const warn = (text: string, code: unknown, kind = 'DeprecationWarning'): void => {
    const emit: unknown = Reflect.get(parts.process, 'emitWarning')
    if (typeof emit === 'function') Reflect.apply(emit, parts.process, [text, kind, code])
  }
  const util = lazy(() => utilFor(world, warn))
  const makers: Record<string, () => unknown> = {
    assert,
    'assert/strict': () => Object(assert()).strict,
    buffer: bufferModule,
    child_process: () => childProcessFor(world),
    console: () => consoleModule(world),
    constants: () => ({ ...FILE_CONSTANTS, ...ERROR_NUMBERS, ...SIGNAL_NUMBERS }),
    crypto: () => cryptoFor(world),
    ...dnsMakers(world),
    events: () => eventsModule(),
    fs: () => files().fs,
    'fs/promises': () => files().promises,
    http: () => httpFor(world),
    https: () => httpsFor(),
    net: () => netModule,
    module: () => moduleModule(parts, () => Object.keys(makers)),
    os: () => os,
    ...pathMakers(world),
    perf_hooks: () => ({ performance, PerformanceObserver: globalThis.PerformanceObserver }),
    process: () => parts.process,
    punycode: () => ({ toASCII: (name: unknown) => toAscii(String(name)), toUnicode: (name: unknown) => toUnicode(String(name)) }),
    querystring: () => querystring,
    readline: () => readlineFor(),
    'readline/promises': () => readlinePromises(),
    stream: streamModule,
    'stream/consumers': () => consumers,
    'stream/promises': () => Reflect.get(streamModule(), 'promises'),
    'stream/web': () => webStreams,
    string_decoder: () => ({ StringDecoder }),
    test: () => testApi(parts.runner(), { callbacks: [timersModule()], promises: [timers.promises] }),
    timers: () => timersModule(),
    'timers/promises': () => timers.promises,
    tty: () => ttyFor(world),
    url: () => urlFor(world),
    v8: () => v8Module,
    util,
    'util/types': () => util()['types'],
    vm: () => vmFor(world, parts.modules),
    worker_threads: () => workerThreadsFor(world),
    zlib: () => zlibFor(world),
    async_hooks: () => asyncHooksFor((text) => warn(text, undefined, 'Warning')),
    diagnostics_channel: () => channelsModule(),
  }
  return makers
}

const pathMakers = (world: World): Record<string, () => unknown> => {
  const win32 = win32For(() => world.cwd)
  const posix = pathModule(win32)
  return { path: () => posix, 'path/posix': () => posix, 'path/win32': () => win32 }
}

const dnsMakers = (world: World): Record<string, () => unknown> => {
  const dns = lazy(() => dnsFor(world))
  return { dns, 'dns/promises': () => dns()['promises'] }
}

const ttyFor = (world: World): Record<string, unknown> => ({
  ReadStream: NoTerminal,
  WriteStream: NoTerminal,
  isatty: (fd: unknown) => (fd === 0 ? world.input.isTerminal : world.terminals.some((stream) => fd === (stream === 'stdout' ? 1 : 2))),
})

function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** The program's own call that is being run, for messages that quote it. */
function callerText(world: World): string | undefined {
  for (const frame of (new Error('line').stack ?? '').split('\n')) {
    const place = placeOf(frame)
    const node = place === undefined ? undefined : world.tree.find(place.file.replace(/^file:\/\//, ''))
    if (place === undefined || node?.type !== 'file') continue
    const lines = new TextDecoder().decode(node.bytes).split('\n')
    return callAt(lines.slice(place.line - 1).join('\n'), place.column - 1) ?? lines[place.line - 1]?.trim()
  }
  return undefined
}

/** The call that begins at a place: of `a.b(c)` the engine names the place of `b`. */
function callAt(text: string, at: number): string | undefined {
  const begin = at - (/[\w$.]*$/.exec(text.slice(0, at))?.[0].length ?? 0)
  try {
    const node = parseExpressionAt(text, begin, { ecmaVersion: 'latest', allowAwaitOutsideFunction: true })
    return node.type === 'CallExpression' ? text.slice(node.start, node.end) : undefined
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined
    throw thrown
  }
}

/** `tty.ReadStream` and `tty.WriteStream`: a program has its own standard streams and no other terminal. */
class NoTerminal {
  constructor() {
    throw unsupported('tty', 'a terminal of its own is missing; process.stdin, stdout and stderr are there')
  }
}

/** The module `module`: the class of all modules, with what else it has. */
function moduleModule(parts: BuiltinParts, own: () => string[]): unknown {
  const names = (): string[] => [...own(), ...missingNames()]
  const from = (parent: unknown): string => String(Reflect.get(Object(parent), 'filename') ?? `${parts.world.cwd}/[load]`)
  const required = (request: unknown, parent: unknown): unknown => {
    const require = parts.modules().requireFrom(from(parent))
    return typeof require === 'function' ? Reflect.apply(require, undefined, [request]) : undefined
  }
  const statics = {
    Module: CjsModule,
    createRequire: (path: unknown) => {
      const text = String(path)
      return parts.modules().requireFrom(text.startsWith('file:') ? decodeURIComponent(new URL(text).pathname) : text)
    },
    isBuiltin: (name: unknown) => names().includes(String(name).replace(/^node:/, '')),
    wrap: (text: unknown) => `(function (exports, require, module, __filename, __dirname) { ${String(text)}\n});`,
    _cache: parts.modules().cache,
    _extensions: EXTENSIONS,
    _load: required,
    _resolveFilename: (request: unknown, parent: unknown) => parts.modules().resolve(String(request), from(parent)),
    _nodeModulePaths: (folder: unknown) => packageFolders(String(folder)),
    globalPaths: [],
    syncBuiltinESMExports: () => undefined,
  }
  Object.defineProperty(CjsModule, 'name', { value: 'Module' })
  Object.defineProperty(CjsModule, 'builtinModules', { get: names, configurable: true, enumerable: true })
  Object.defineProperty(CjsModule.prototype, '_compile', {
    value(this: CjsModule, text: unknown) {
      parts.modules().compile(this, String(text))
    },
    configurable: true,
  })
  return Object.assign(CjsModule, statics)
}
