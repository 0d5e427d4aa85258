import { Buffer } from 'buffer'
import events from 'events'
import { Readable } from 'readable-stream'
import { resolvePath } from '../../../shell/tree/tree-node'
import { textOf } from './child-process'
import { invalidArgument, unsupported, type World } from './context'
import { installPorts, KnownChannel, receiveMessageOnPort } from './message-ports'
import { errorCarried, type ThreadHandle, type ThreadWord } from './program-threads'

type Options = Readonly<Record<string, unknown>>

const SHARE_ENV = Symbol.for('nodejs.worker_threads.SHARE_ENV')

const codeError = (code: string, message: string): TypeError => Object.assign(new TypeError(message), { code })

/** What a thread runs, from what the program says. @throws TypeError */
function programOf(world: World, filename: unknown, options: Options) {
  const isUrl = filename instanceof URL
  if (options['eval'] === true) {
    if (typeof filename !== 'string') throw invalidArgument('options.eval', 'false when filename is not a string', true)
    return { program: { type: 'eval' as const, code: filename, print: false, module: false }, path: undefined }
  }
  if (isUrl && filename.protocol === 'data:') {
    const [head = '', ...rest] = filename.href.slice(5).split(',')
    const body = rest.join(',')
    const code = head.endsWith(';base64') ? Buffer.from(body, 'base64').toString() : decodeURIComponent(body)
    return { program: { type: 'eval' as const, code, print: false, module: true }, path: undefined }
  }
  const text = isUrl ? decodeURIComponent(filename.pathname) : filename
  if (typeof text !== 'string') throw invalidArgument('filename', 'of type string or an instance of URL', filename)
  if (!isUrl && !/^\.{0,2}\//.test(text))
    throw codeError(
      'ERR_WORKER_PATH',
      `The worker script or module filename must be an absolute path or a relative path starting with './' or '../'. Received "${text}"`,
    )
  const path = resolvePath(world.cwd, text)
  return { program: { type: 'file' as const, path }, path }
}

function envOf(world: World, given: unknown): Record<string, string> {
  if (given === SHARE_ENV) throw unsupported('worker_threads', 'env: SHARE_ENV is missing; a thread has a copy of its own')
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries(Object(given ?? world.env))) if (value !== undefined) out[name] = textOf(value)
  return out
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
const handedOf = (value: unknown): Transferable[] => {
  const list: unknown = Array.isArray(value) ? value : Reflect.get(Object(value), 'transfer')
  return Array.isArray(list) ? [...list] : []
}

/** What is started for a `Worker`. @throws TypeError */
function wantedOf(world: World, filename: unknown, options: Options) {
  if (options['stdin'] === true) throw unsupported('worker_threads', 'stdin of a thread is missing; messages are there')
  const { program, path } = programOf(world, filename, options)
  return {
    kind: 'thread' as const,
    program,
    argv: [...(path === undefined ? [] : [path]), ...listOf(options['argv'])],
    execArgv: options['execArgv'] === undefined ? [...world.execArgv] : listOf(options['execArgv']),
    env: envOf(world, options['env']),
    cwd: world.cwd,
    data: options['workerData'],
    handed: handedOf(options['transferList']),
  }
}

/** `Worker`: a thread is a worker of its own, with its own copy of the program's world. */
function workerClass(world: World): unknown {
  return class Worker extends events {
    readonly threadId: number
    readonly stdin = null
    readonly stdout: Readable
    readonly stderr: Readable
    readonly resourceLimits = {}
    readonly #handle: ThreadHandle
    #ended: Promise<number | null> | undefined
    #isOver = false
    #finish: (code: number | null) => void = () => undefined

    constructor(filename: unknown, given: unknown = {}) {
      super()
      const options: Options = Object(given)
      this.stdout = output(world, 'stdout', options)
      this.stderr = output(world, 'stderr', options)
      this.#handle = world.threads.start(wantedOf(world, filename, options), {
        said: (word) => this.#said(word),
        output: (stream, bytes) => void this[stream].push(Buffer.from(bytes)),
        exit: (code) => this.#exit(code ?? 1),
      })
      this.threadId = this.#handle.id
    }

    postMessage(value: unknown, handed?: unknown): void {
      if (!this.#isOver) this.#handle.post({ word: 'message', value }, handedOf(handed))
    }

    terminate(): Promise<number | null | undefined> {
      if (this.#isOver) return Promise.resolve(undefined)
      this.#ended ??= new Promise((resolve) => (this.#finish = resolve))
      this.#handle.end()
      return this.#ended
    }

    ref(): void {
      this.#handle.ref()
    }

    unref(): void {
      this.#handle.unref()
    }

    getHeapSnapshot(): never {
      throw unsupported('worker_threads', 'heap snapshots are missing')
    }

    #said(word: ThreadWord): void {
      if (word.word === 'message') this.emit('message', word.value)
      else if (word.word === 'error') this.emit('error', errorCarried(word.error))
      else this.emit('online')
    }

    #exit(code: number): void {
      this.#isOver = true
      this.stdout.push(null)
      this.stderr.push(null)
      this.emit('exit', code)
      this.#finish(code)
      this.removeAllListeners()
    }
  }
}

/** A stream of what a thread writes, that goes where the program's own goes unless it asked for it. */
function output(world: World, stream: 'stdout' | 'stderr', options: Options): Readable {
  const readable = new Readable({ read: () => undefined })
  if (options[stream] !== true) readable.on('data', (chunk: unknown) => world.write(stream, Buffer.from(Object(chunk))))
  return readable
}

/** What a port has beside an emitter's methods: those of an event target. */
function listenAsTarget(port: InstanceType<typeof events>): void {
  const heardAs = new Map<unknown, (value: unknown) => void>()
  const add = (name: string, listener: unknown): void => {
    const heard = (data: unknown): void => {
      const event = new MessageEvent(name, { data })
      if (typeof listener === 'function') Reflect.apply(listener, port, [event])
      else Reflect.apply(Object(listener).handleEvent, listener, [event])
    }
    heardAs.set(listener, heard)
    port.on(name, heard)
  }
  const remove = (name: string, listener: unknown): void => {
    const heard = heardAs.get(listener)
    if (heard !== undefined) port.removeListener(name, heard)
  }
  Object.assign(port, { addEventListener: add, removeEventListener: remove })
  let onmessage: unknown = null
  Object.defineProperty(port, 'onmessage', {
    get: () => onmessage,
    set: (listener: unknown) => {
      remove('message', onmessage)
      onmessage = listener
      if (typeof listener === 'function') add('message', listener)
    },
  })
}

/** `parentPort`: what a thread and its parent say. Who listens lives on. */
function parentPortFor({ loop, threads }: World): unknown {
  const port = new events()
  let release: (() => void) | undefined
  let isRef = true
  const waiting: unknown[] = []
  const settle = (): void => {
    const isHeard = port.listenerCount('message') > 0
    if (isHeard && isRef) release ??= loop.hold()
    else {
      release?.()
      release = undefined
    }
    while (isHeard && waiting.length > 0) port.emit('message', waiting.shift())
  }
  // Told after the listener is in its place.
  const later = (): void => loop.tick(settle)
  for (const method of ['on', 'addListener', 'once', 'prependListener'] as const) {
    const add = port[method].bind(port)
    Object.defineProperty(port, method, {
      value: (name: string, listener: (...args: unknown[]) => void) => {
        add(name, listener)
        if (name === 'message') {
          if (isRef) release ??= loop.hold()
          later()
        }
        return port
      },
    })
  }
  port.on('removeListener', later)
  threads.listen((word) => {
    if (word.word !== 'message') return
    waiting.push(word.value)
    settle()
  })
  const own = {
    postMessage: (value: unknown, handed?: unknown) => threads.say({ word: 'message', value }, handedOf(handed)),
    close: () => {
      isRef = false
      settle()
      loop.complete(() => void port.emit('close'))
    },
    start: () => undefined,
    ref: () => {
      isRef = true
      settle()
    },
    unref: () => {
      isRef = false
      settle()
    },
  }
  Object.assign(port, own)
  listenAsTarget(port)
  return port
}

/** `worker_threads`. */
export function workerThreadsFor(world: World): Record<string, unknown> {
  installPorts(world.loop)
  const { self } = world.threads
  const isThread = self?.kind === 'thread'
  const environment = new Map<unknown, unknown>()
  const missing = (name: string) => () => {
    throw unsupported('worker_threads', `${name} is missing`)
  }
  return {
    Worker: workerClass(world),
    isMainThread: !isThread,
    parentPort: isThread ? parentPortFor(world) : null,
    workerData: isThread ? self.data : null,
    threadId: isThread ? self.id : 0,
    resourceLimits: {},
    SHARE_ENV,
    MessageChannel: KnownChannel,
    MessagePort,
    BroadcastChannel: globalThis.BroadcastChannel,
    receiveMessageOnPort,
    markAsUntransferable: missing('markAsUntransferable'),
    moveMessagePortToContext: missing('moveMessagePortToContext'),
    // Those of other threads would have to be told: a program that shares them is told that it cannot.
    getEnvironmentData: (key: unknown) => environment.get(key),
    setEnvironmentData: missing('setEnvironmentData'),
  }
}
