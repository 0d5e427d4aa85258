import { Buffer } from 'buffer'
import events from 'events'
import { Readable } from 'readable-stream'
import { resolvePath } from '../../../shell/tree/tree-node'
import { invalidArgument, unsupported, type World } from './context'
import { textOf, wordsOf } from './child-process'
import { inspect } from './inspect'
import type { ThreadHandle, ThreadWord } from './program-threads'

let pids = 2000

/** As the channel of a real fork carries it: text of JSON, unless it was asked for more. */
const carried = (value: unknown, isAdvanced: boolean): unknown => {
  if (value === undefined) throw Object.assign(new TypeError('The "message" argument must be specified'), { code: 'ERR_MISSING_ARGS' })
  if (isAdvanced) return value
  const text: unknown = JSON.stringify(value)
  return typeof text === 'string' ? JSON.parse(text) : undefined
}

const closed = (): Error => Object.assign(new Error('Channel closed'), { code: 'ERR_IPC_CHANNEL_CLOSED' })

function waysOf(stdio: unknown, isSilent: boolean): readonly string[] {
  if (stdio === undefined) return isSilent ? ['pipe', 'pipe', 'pipe'] : ['inherit', 'inherit', 'inherit']
  if (typeof stdio === 'string') return [stdio, stdio, stdio]
  const list = Array.isArray(stdio) ? stdio.map((one: unknown) => (one === undefined || one === null ? 'pipe' : one)) : []
  const ways = list.slice(0, 3).map(String)
  if (!list.includes('ipc') || list.length > 4 || ways.some((way) => !['pipe', 'inherit', 'ignore'].includes(way)))
    throw unsupported(
      'child_process',
      `stdio ${inspect(stdio)} of a fork is missing; there are pipe, ignore and inherit, and 'ipc' behind them`,
    )
  return ways
}

/** A program of its own that its parent talks to. */
class ForkedProcess extends events {
  readonly pid = ++pids
  readonly spawnfile = '/usr/bin/node'
  readonly spawnargs: readonly string[]
  readonly stdin = null
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  exitCode: number | null = null
  signalCode: string | null = null
  killed = false
  connected = true
  readonly #handle: ThreadHandle
  readonly #isAdvanced: boolean
  readonly #world: World

  constructor(
    world: World,
    { path, args, options }: { path: string; args: readonly string[]; options: Readonly<Record<string, unknown>> },
  ) {
    super()
    this.#world = world
    this.#isAdvanced = options['serialization'] === 'advanced'
    const ways = waysOf(options['stdio'], options['silent'] === true)
    const piped = (at: number): Readable | null => (ways[at] === 'pipe' ? new Readable({ read: () => undefined }) : null)
    this.stdout = piped(1)
    this.stderr = piped(2)
    this.spawnargs = ['/usr/bin/node', path, ...args]
    const env: Record<string, string> = {}
    for (const [name, value] of Object.entries(Object(options['env'] ?? world.env))) if (value !== undefined) env[name] = textOf(value)
    const { cwd } = options
    this.#handle = world.threads.start(
      {
        kind: 'fork',
        program: { type: 'file', path },
        argv: [path, ...args],
        execArgv: Array.isArray(options['execArgv']) ? options['execArgv'].map(String) : [...world.execArgv],
        env,
        cwd: resolvePath(world.cwd, typeof cwd === 'string' ? cwd : '.'),
        handed: [],
      },
      {
        said: (word) => this.#said(word),
        output: (stream, bytes) => {
          if (this[stream] !== null) this[stream].push(Buffer.from(bytes))
          else if (ways[stream === 'stdout' ? 1 : 2] === 'inherit') world.write(stream, bytes)
        },
        exit: (code, signal) => this.#exit(code, signal),
      },
    )
    world.loop.tick(() => void this.emit('spawn'))
  }

  send(value: unknown, ...rest: unknown[]): boolean {
    const done = rest.find((one) => typeof one === 'function')
    const tell = (error: Error | null): void => this.#world.loop.tick(() => done && Reflect.apply(done, undefined, [error]))
    if (!this.connected) {
      if (done === undefined) this.#world.loop.tick(() => void this.emit('error', closed()))
      else tell(closed())
      return false
    }
    this.#handle.post({ word: 'message', value: carried(value, this.#isAdvanced) })
    tell(null)
    return true
  }

  disconnect(): void {
    if (!this.connected) return
    this.#handle.post({ word: 'disconnect' })
    this.#disconnected()
  }

  kill(signal: unknown = 'SIGTERM'): boolean {
    if (this.exitCode !== null || this.signalCode !== null) return false
    if (signal === 0) return true
    this.#handle.end(String(signal))
    this.killed = true
    return true
  }

  ref(): void {
    this.#handle.ref()
  }

  unref(): void {
    this.#handle.unref()
  }

  #disconnected(): void {
    if (!this.connected) return
    this.connected = false
    this.#world.loop.tick(() => void this.emit('disconnect'))
  }

  #said(word: ThreadWord): void {
    if (word.word === 'message') this.emit('message', word.value, undefined)
    else if (word.word === 'disconnect') this.#disconnected()
  }

  #exit(code: number | null, signal: string | null): void {
    this.exitCode = code
    this.signalCode = signal
    const wasConnected = this.connected
    this.connected = false
    if (wasConnected) this.emit('disconnect')
    this.emit('exit', code, signal)
    this.stdout?.push(null)
    this.stderr?.push(null)
    this.#world.loop.complete(() => void this.emit('close', code, signal))
  }
}

/** `fork`. */
export function forkFor(world: World): (...given: unknown[]) => unknown {
  return (...given) => {
    const { file, args, options } = wordsOf(given)
    const text = file instanceof URL ? decodeURIComponent(file.pathname) : file
    if (typeof text !== 'string') throw invalidArgument('modulePath', 'of type string or an instance of Buffer or URL', file)
    const { cwd } = options
    const path = resolvePath(resolvePath(world.cwd, typeof cwd === 'string' ? cwd : '.'), text)
    return new ForkedProcess(world, { path, args: args.map(String), options })
  }
}

/** What a forked program's own `process` has: messages of and to whoever forked it. Who listens for them lives on until the channel is closed. */
export function openChannel(world: World, process: InstanceType<typeof events>): void {
  const { threads, loop } = world
  if (threads.self?.kind !== 'fork') return
  let release: (() => void) | undefined
  const state = { connected: true }
  const settle = (): void => {
    const isHeard = process.listenerCount('message') + process.listenerCount('disconnect') > 0
    if (isHeard && state.connected) release ??= loop.hold()
    else {
      release?.()
      release = undefined
    }
  }
  const leave = (): void => {
    if (!state.connected) return
    state.connected = false
    loop.complete(() => {
      process.emit('disconnect')
      settle()
    })
  }
  const waiting: unknown[] = []
  const deliver = (): void => {
    settle()
    while (waiting.length > 0 && process.listenerCount('message') > 0) process.emit('message', waiting.shift(), undefined)
  }
  process.on('newListener', (name) => {
    if (name !== 'message' && name !== 'disconnect') return
    if (state.connected) release ??= loop.hold()
    loop.complete(deliver)
  })
  process.on('removeListener', settle)
  threads.listen((word) => {
    if (word.word === 'disconnect') leave()
    else if (word.word === 'message') {
      waiting.push(word.value)
      deliver()
    }
  })
  Object.defineProperty(process, 'connected', { get: () => state.connected, configurable: true })
  Object.assign(process, {
    channel: { ref: settle, unref: () => release?.() },
    send: (value: unknown, ...rest: unknown[]) => {
      const done = rest.find((one) => typeof one === 'function')
      if (!state.connected) throw closed()
      threads.say({ word: 'message', value: carried(value, false) })
      if (done !== undefined) loop.tick(() => void Reflect.apply(done, undefined, [null]))
      return true
    },
    disconnect: () => {
      if (!state.connected) return
      threads.say({ word: 'disconnect' })
      leave()
    },
  })
}
