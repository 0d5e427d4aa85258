import events from 'events'
import { Readable, Writable } from 'readable-stream'
import { Buffer } from 'buffer'
import { NODE_VERSION } from '../version'
import { resolvePath } from '../../../shell/tree/tree-node'
import { bytesOf, invalidArgument, unsupported, type World } from './context'
import { SIGNAL_NUMBERS } from './system-constants'
import { FsError } from '../../../shell/tree/fs-error'

/** What we ourselves need of a program's `process`. */
export interface ProcessObject extends InstanceType<typeof events> {
  exitCode: unknown
  /** A signal that it listens for, or that nobody reads what it writes. */
  take(name: string): void
}

/** The `process` of a program: an emitter with the few things that are true here. */
export function processFor(world: World): ProcessObject {
  const started = performance.now()
  const emitter = new events()
  const self: { process?: ProcessObject } = {}
  const members: Record<string, unknown> = {
    title: 'node',
    version: NODE_VERSION,
    versions: { node: NODE_VERSION.slice(1), v8: '11.3.244.8-node.26', modules: '115' },
    release: { name: 'node', lts: 'Iron' },
    arch: 'x64',
    platform: 'linux',
    pid: 2,
    ppid: 1,
    argv: [...world.argv],
    argv0: 'node',
    execArgv: [...world.execArgv],
    execPath: '/usr/bin/node',
    env: environment(world.env),
    exitCode: undefined,
    config: { variables: {} },
    ...standardStreams(world),
    cwd: () => world.cwd,
    chdir: (path: unknown) => {
      const target = resolvePath(world.cwd, String(path))
      if (world.tree.find(target)?.type !== 'folder') throw new FsError('ENOENT', 'chdir', [world.cwd, String(path)])
      world.cwd = target
    },
    exit: (code?: unknown) => world.exit(Number(code ?? self.process?.exitCode ?? 0)),
    abort: () => world.exit(134, 'SIGABRT'),
    kill: (pid: unknown, signal: unknown = 'SIGTERM') =>
      killed({ world, pid, signal, tell: (name) => self.process?.emit(name, name) === true }),
    ...seldomAsked(started),
    nextTick: (callback: unknown, ...args: unknown[]) => {
      if (typeof callback !== 'function')
        throw Object.assign(new TypeError('The "callback" argument must be of type function'), { code: 'ERR_INVALID_ARG_TYPE' })
      world.loop.tick(() => void Reflect.apply(callback, undefined, args))
    },
    hrtime: Object.assign((since?: readonly [number, number]) => hrtime(since), {
      bigint: () => BigInt(Math.round(performance.now() * 1e6)),
    }),
    uptime: () => (performance.now() - started) / 1000,
    memoryUsage: Object.assign(() => ({ rss: 5e7, heapTotal: 2e7, heapUsed: 1e7, external: 1e6, arrayBuffers: 1e4 }), { rss: () => 5e7 }),
    cpuUsage: () => ({ user: Math.round((performance.now() - started) * 1000), system: 0 }),
    emitWarning: (...given: unknown[]) => warn(world, warningOf(given), (shown) => self.process?.emit('warning', shown)),
    umask: () => 0o022,
    getuid: () => 1000,
    geteuid: () => 1000,
    getgid: () => 1000,
    getegid: () => 1000,
  }
  Object.defineProperty(emitter, Symbol.toStringTag, { value: 'process' })
  const process: ProcessObject = Object.assign(emitter, { exitCode: undefined, take: (name: string) => taken(process, name) }, members)
  Object.defineProperty(process, 'take', { enumerable: false })
  tellSignals(world, process)
  guardExitCode(process)
  self.process = process
  return process
}

const FEATURES = { inspector: false, debug: false, uv: true, ipv6: true, tls_alpn: false, tls_sni: false, tls_ocsp: false, tls: false }

const noReport = (): never => {
  throw unsupported('process', 'report is missing: the engine cannot be reached from here')
}

function seldomAsked(started: number): Record<string, unknown> {
  return {
    binding: (name: unknown) => {
      throw Object.assign(new Error(`No such module: ${String(name)}`), { code: 'ERR_INVALID_MODULE' })
    },
    getActiveResourcesInfo: () => [],
    constrainedMemory: () => 0,
    availableMemory: () => 2_147_483_648,
    report: { getReport: noReport, writeReport: noReport },
    features: FEATURES,
    resourceUsage: () => ({ userCPUTime: Math.round((performance.now() - started) * 1000), systemCPUTime: 0, maxRSS: 50_000 }),
    allowedNodeEnvironmentFlags: new Set<string>(),
  }
}

/** A code is a whole number, or text that is one. */
function guardExitCode(process: ProcessObject): void {
  let code: unknown
  Object.defineProperty(process, 'exitCode', {
    get: () => code,
    set: (value: unknown) => {
      const isNumber = typeof value === 'string' ? value !== '' && Number.isInteger(Number(value)) : Number.isInteger(value)
      if (value !== undefined && value !== null && !isNumber) throw invalidArgument('code', 'of type number', value)
      code = value
    },
    enumerable: true,
    configurable: false,
  })
}

/** The kernel is told what is listened for: a signal does what it does by default otherwise. */
function tellSignals(world: World, process: ProcessObject): void {
  let told = ''
  const tell = (added?: string): void => {
    const names = Object.keys(SIGNAL_NUMBERS).filter((name) => name === added || process.listenerCount(name) > 0)
    if (names.join(' ') === told) return
    told = names.join(' ')
    world.signals(names)
  }
  // At once, though the listener is put in its place a moment later: what the program says next may be what a signal answers.
  process.on('newListener', (name: string) => {
    if (Object.hasOwn(SIGNAL_NUMBERS, name)) tell(name)
  })
  process.on('removeListener', (name: string) => {
    if (Object.hasOwn(SIGNAL_NUMBERS, name)) tell()
  })
}

function taken(process: ProcessObject, name: string): void {
  const signal = `SIG${name}`
  if (process.emit(signal, signal, Reflect.get(SIGNAL_NUMBERS, signal)) || name !== 'PIPE') return
  const broken = Object.assign(new Error('write EPIPE'), { errno: -32, code: 'EPIPE', syscall: 'write' })
  const { stdout } = Object(process)
  if (stdout instanceof Writable) stdout.destroy(broken)
}

/** A program signals itself alone: others are out of its reach. */
function killed(what: {
  readonly world: World
  readonly pid: unknown
  readonly signal: unknown
  /** Gives whether the program listens for it. */
  tell(name: string): boolean
}): true {
  const { world, pid, signal, tell } = what
  const numbers = Object.entries(SIGNAL_NUMBERS)
  const found = numbers.find(([name, number]) => (typeof signal === 'number' ? number === signal : name === signal))
  if (found === undefined && signal !== 0)
    throw Object.assign(new TypeError(`Unknown signal: ${String(signal)}`), { code: 'ERR_UNKNOWN_SIGNAL' })
  if (pid !== 2) throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH', errno: -3, syscall: 'kill' })
  if (found === undefined) return true
  const [name, number] = found
  world.loop.complete(() => {
    if (name === 'SIGKILL' || !tell(name)) world.exit(128 + number, name)
  })
  return true
}

/** Told in the next tick, on standard error and to listeners. */
function warn(world: World, shown: Error & { code?: string }, tell: (shown: Error) => void): void {
  const tag = shown.code === undefined ? '' : `[${shown.code}] `
  world.loop.tick(() => {
    world.write('stderr', bytesOf(`(node:2) ${tag}${shown.name}: ${shown.message}\n`))
    tell(shown)
  })
}

function warningOf([warning, type, code]: readonly unknown[]): Error & { code?: string } {
  if (warning instanceof Error) return warning
  const options: Record<string, unknown> = typeof type === 'object' && type !== null ? { ...type } : { type, code }
  const name = typeof options['type'] === 'string' ? options['type'] : 'Warning'
  const known = options['code']
  return Object.assign(new Error(String(warning)), { name }, typeof known === 'string' ? { code: known } : {})
}

function hrtime(since?: readonly [number, number]): [number, number] {
  const ns = Math.round(performance.now() * 1e6)
  const [seconds, rest] = [Math.floor(ns / 1e9), ns % 1e9]
  if (since === undefined) return [seconds, rest]
  const difference = (seconds - since[0]) * 1e9 + rest - since[1]
  return [Math.floor(difference / 1e9), difference % 1e9]
}

/** Values become text, as in an environment. */
function environment(env: Record<string, string>): Record<string, string> {
  return new Proxy(env, {
    set: (target, key, value) => Reflect.set(target, key, String(value)),
  })
}

function standardStreams(world: World): Record<string, unknown> {
  const output = (stream: 'stdout' | 'stderr', fd: number): unknown => {
    const writable = new Writable({
      decodeStrings: false,
      write(chunk, encoding, done) {
        world.write(stream, bytesOf(chunk, encoding === 'buffer' ? 'utf8' : encoding))
        done()
      },
    })
    const own = {
      fd,
      hasColors: () => false,
      getColorDepth: () => 1,
      _isStdio: true,
      destroySoon: () => undefined,
    }
    return Object.assign(writable, own, world.terminals.includes(stream) && screen(world, (text) => writable.write(text)))
  }
  const stdin = inputStream(world)
  return {
    stdout: output('stdout', 1),
    stderr: output('stderr', 2),
    stdin,
  }
}

/** What an output has besides where a person looks on. */
function screen({ env }: World, put: (text: string) => void): Record<string, unknown> {
  const [columns, rows] = [Number(env['COLUMNS'] ?? 80), Number(env['LINES'] ?? 24)]
  const hasColors = env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb'
  const done = (text: string, callback: unknown): true => {
    if (text !== '') put(text)
    if (typeof callback === 'function') queueMicrotask(() => void Reflect.apply(callback, undefined, []))
    return true
  }
  const by = (count: number, forward: string, back: string): string =>
    count === 0 ? '' : `\u001b[${Math.abs(count)}${count > 0 ? forward : back}`
  return {
    isTTY: true,
    columns,
    rows,
    getWindowSize: () => [columns, rows],
    hasColors: (count: unknown = 16) => hasColors && (typeof count !== 'number' || count <= 256),
    getColorDepth: () => (hasColors ? 8 : 1),
    cursorTo: (x: number, y: unknown, callback: unknown = y) =>
      done(typeof y === 'number' ? `\u001b[${y + 1};${x + 1}H` : `\u001b[${x + 1}G`, callback),
    moveCursor: (dx: number, dy: number, callback: unknown) => done(by(dx, 'C', 'D') + by(dy, 'B', 'A'), callback),
    clearLine: (side: number, callback: unknown) => done(`\u001b[${side < 0 ? 1 : side > 0 ? 0 : 2}K`, callback),
    clearScreenDown: (callback: unknown) => done('\u001b[0J', callback),
  }
}

/** Standard input as a stream. A program lives on while it waits for more, unless it paused the stream or let go of it. */
function inputStream(world: World): unknown {
  const { input, loop } = world
  let isWaiting = false
  let isRef = true
  // Asked for by the program; a stream that is read piece by piece does not flow either, and waits all the same.
  let isPaused = false
  let release: (() => void) | undefined
  const hold = (): void => {
    // A paused stream may fill its buffer; nobody waits for that.
    if (isWaiting && isRef && !isPaused) release ??= loop.hold()
  }
  const letGo = (): void => {
    release?.()
    release = undefined
  }
  const stdin = new Readable({
    highWaterMark: 65_536,
    read(this: Readable) {
      if (isWaiting) return hold()
      isWaiting = true
      hold()
      input.next((bytes) => {
        // Always later, as the platform does.
        loop.complete(() => {
          isWaiting = false
          this.push(bytes === undefined ? null : Buffer.from(bytes))
          if (!isWaiting) letGo()
        })
      })
    },
  })
  stdin.on('pause', () => {
    isPaused = true
    letGo()
  })
  stdin.on('resume', () => {
    isPaused = false
    hold()
  })
  stdin.on('close', letGo)
  return Object.assign(stdin, {
    fd: 0,
    isTTY: input.isTerminal || undefined,
    setRawMode: () => stdin,
    ref: () => {
      isRef = true
      hold()
      return stdin
    },
    unref: () => {
      isRef = false
      letGo()
      return stdin
    },
  })
}
