import { importsInFunctions } from './function-constructor'
import { Buffer } from 'buffer'
import { treeOf } from '../carried-tree'
import type { FromProcess, ToProcess, ToProcessLater } from '../messages'
import { resolvePath, type TreeOp } from '../../../shell/tree/tree-node'
import { wordBuffer } from './buffer-errors'
import { repairBuffer } from './buffer-repairs'
import { builtins, nameBuiltins } from './builtins'
import { consoleFor } from './console'
import { ExitSignal, setBuffer, type World } from './context'
import { installStacks } from './evaluate'
import { nameContextCalls } from './contexts'
import { openChannel } from './fork'
import { webCryptoFor } from './hashing'
import { holdPromises } from './platform-promises'
import { watchProxies } from './proxies'
import { watchSettled } from './settled'
import { nameThrown } from './thrown'
import { uncaughtText, unhandled } from './uncaught'
import { carriedError, ProgramThreads } from './program-threads'
import { isThreadMessage } from '../threads/thread-messages'
import { inspect } from './inspect'
import { Loop } from './loop'
import { Modules } from './modules'
import { OutputPipe } from './output-pipe'
import { ProgramInput } from './program-input'
import { ProgramChildren } from './program-children'
import { ProgramPorts } from './program-ports'
import { fetchFor } from './local-fetch'
import { processFor, type ProcessObject } from './process-object'
import { count, noCounts } from '../test-counts'
import { specReporter } from '../test-spec'
import { tapReporter } from '../test-tap'
import { Runner } from './test-runner'
import { timersFor } from './timers'

/** A promise that was rejected, and nobody cared. */
export interface Rejection {
  readonly promise: unknown
}

/** A program that is part of the sandbox, on the same world as any other. */
export type BuiltInProgram = (place: BuiltInPlace) => Promise<void>

/** What such a program has beside its world. */
export interface BuiltInPlace {
  readonly world: World
  /** `require` as a file at this path has it. */
  requireFrom(path: string): (name: string) => unknown
  say(text: string): void
  /** Ends it, with a last word. */
  end(code: number, words: string): void
}

/** The worker around a program. */
export interface ProgramHost {
  post(message: FromProcess, handed?: readonly Transferable[]): void
  /** Errors that no code of ours is there to catch. */
  onUncaught(listener: (thrown: unknown, rejected?: Rejection) => void): void
  /** What the kernel says while the program runs. */
  onMessage(listener: (message: ToProcessLater) => void): void
  /** What runs when the sandbox's own program is wanted. */
  readonly builtIn?: BuiltInProgram
}

/** One run of a program, from its start to its exit code. */
class Program {
  readonly #start: ToProcess
  readonly #host: ProgramHost
  readonly #loop = new Loop()
  readonly #pipe: OutputPipe
  readonly #world: World
  readonly #process: ProcessObject
  readonly #modules: Modules
  readonly #builtin: (name: string) => unknown
  #runner: Runner | undefined
  readonly #input: ProgramInput
  readonly #ports: ProgramPorts
  readonly #children: ProgramChildren
  readonly #threads: ProgramThreads
  /** A change of the tree that is somebody else's. */
  #isNews = false
  #state: 'running' | 'ending' | 'ended' = 'running'
  #main: 'pending' | 'done' = 'pending'

  constructor(start: ToProcess, host: ProgramHost) {
    this.#start = start
    this.#host = host
    this.#pipe = new OutputPipe((stream, bytes) => host.post({ type: 'output', stream, bytes }))
    const tree = treeOf(start)
    tree.onChange = (op) => {
      if (this.#state !== 'ended' && !this.#isNews) host.post({ type: 'op', op })
    }
    this.#input = new ProgramInput(start.input, {
      ask: () => host.post({ type: 'read' }),
      flush: () => this.#pipe.flush(),
    })
    this.#ports = new ProgramPorts(this.#loop, (message) => {
      if (this.#state !== 'ended') host.post(message)
    })
    this.#children = new ProgramChildren(this.#loop, {
      post: (message) => {
        if (this.#state !== 'ended') host.post(message)
      },
      flush: () => this.#pipe.flush(),
      news: (ops) => this.#news(ops),
    })
    this.#threads = new ProgramThreads(this.#loop, start.thread, (message, handed) => {
      this.#pipe.flush()
      if (this.#state !== 'ended') host.post(message, handed)
    })
    host.onMessage((message) => this.#hear(message))
    this.#world = {
      tree,
      loop: this.#loop,
      argv: ['/usr/bin/node', ...start.argv],
      execArgv: start.execArgv,
      env: start.env,
      input: this.#input,
      ports: this.#ports,
      children: this.#children,
      threads: this.#threads,
      terminals: start.terminals,
      cwd: start.cwd,
      write: (stream, bytes) => {
        if (this.#state !== 'ended') this.#pipe.write(stream, bytes)
      },
      exit: (code, signal) => this.#exit(code, signal),
      signals: (names) => host.post({ type: 'signals', names: [...names] }),
    }
    this.#process = processFor(this.#world)
    openChannel(this.#world, this.#process)
    const timers = timersFor(this.#loop)
    this.#builtin = builtins({
      world: this.#world,
      process: this.#process,
      timers,
      modules: () => this.#modules,
      runner: () => this.#testRunner(),
    })
    this.#modules = this.#newModules()
    this.#globals(timers)
  }

  #newModules(): Modules {
    return new Modules({
      tree: this.#world.tree,
      loop: this.#loop,
      builtin: this.#builtin,
      warn: (text) => void Reflect.apply(Object(this.#process).emitWarning, this.#process, [text]),
    })
  }

  run(): void {
    this.#loop.onError = (thrown) => this.#uncaught(thrown)
    this.#loop.onIdle = () => void this.#idle()
    this.#host.onUncaught((thrown, rejected) => this.#uncaught(thrown, rejected))
    if (this.#start.thread?.kind === 'thread') this.#threads.say({ word: 'online' })
    const main = this.#runMain()
    // Ticks of the script's synchronous part come before any promise of it.
    this.#loop.drainTicks()
    main.then(
      () => {
        this.#main = 'done'
        this.#runner?.runLastHooks().catch((thrown: unknown) => this.#uncaught(thrown))
        this.#loop.check()
      },
      (thrown: unknown) => {
        this.#main = 'done'
        this.#uncaught(thrown)
      },
    )
    this.#loop.check()
  }

  /** A piece of the input, a request, or what became of the files meanwhile. */
  #hear(message: ToProcessLater): void {
    if (this.#state === 'ended') return
    if (message.type === 'input') return this.#input.take(message)
    if (message.type === 'news') return this.#news(message.ops)
    if (message.type === 'signal') return this.#loop.enter(() => this.#process.take(message.name))
    if (isThreadMessage(message)) return this.#threads.take(message)
    if (message.type === 'child.output' || message.type === 'child.exit') return this.#children.take(message)
    this.#ports.take(message)
  }

  /** What others did to the files. */
  #news(ops: readonly TreeOp[]): void {
    this.#isNews = true
    for (const op of ops) this.#world.tree.apply(op)
    this.#isNews = false
  }

  async #runMain(): Promise<void> {
    const { program, cwd } = this.#start
    if (program.type === 'python') throw new TypeError('a command line of Python came to Node')
    if (program.type === 'bundler') return this.#runBuiltIn()
    const base = resolvePath(cwd, 'package.json')
    for (const preload of this.#start.preload) await this.#modules.import(preload, base)
    if (program.type === 'eval') {
      // Not where the text is the standard input.
      if (this.#start.argv[0] !== '-') nameBuiltins(this.#builtin)
      const value = await this.#modules.runText(program.code, cwd, program.module)
      if (program.print) this.#world.write('stdout', new TextEncoder().encode(`${typeof value === 'string' ? value : inspect(value)}\n`))
      return
    }
    await this.#modules.runMain(resolvePath(cwd, program.path))
  }

  async #runBuiltIn(): Promise<void> {
    const { builtIn } = this.#host
    if (builtIn === undefined) throw new TypeError('a command line of the bundler came to Node')
    // What it waits for is no doing of the loop's.
    const release = this.#loop.hold()
    const write = (stream: 'stdout' | 'stderr', text: string): void => this.#world.write(stream, new TextEncoder().encode(text))
    try {
      await builtIn({
        world: this.#world,
        requireFrom: (path) => (name) => Reflect.apply(callable(this.#modules.requireFrom(path)), undefined, [name]),
        say: (text) => write('stdout', text),
        end: (code, words) => {
          write('stderr', words)
          this.#end(code)
        },
      })
    } finally {
      release()
    }
  }

  #testRunner(): Runner {
    const { program } = this.#start
    const isReported = program.type === 'test'
    const reporter = this.#world.terminals.includes('stdout') ? specReporter() : tapReporter()
    const counts = noCounts()
    const started = performance.now()
    const say = (text: string): void => this.#world.write('stdout', new TextEncoder().encode(text))
    this.#runner ??= new Runner({
      loop: this.#loop,
      only: isReported ? program.only : this.#start.execArgv.includes('--test-only'),
      pattern: isReported && program.pattern !== undefined ? new RegExp(program.pattern) : undefined,
      report: (report) => {
        if (isReported) {
          // What the test has printed so far stands before its result.
          this.#pipe.flush()
          this.#host.post({ type: 'report', report })
          return
        }
        if (report.type === 'end') count(counts, report)
        if (report.type === 'plan' && report.nesting === 0) say(reporter.end(counts, performance.now() - started))
        else say(reporter.report(report))
      },
    })
    return this.#runner
  }

  /** Nothing is left to wait for: the tests' last hooks, `beforeExit`, then the end. */
  async #idle(): Promise<void> {
    if (this.#state !== 'running') return
    if (this.#main === 'pending') {
      this.#world.write('stderr', new TextEncoder().encode('Warning: Detected unsettled top-level await\n'))
      return this.#end(13)
    }
    this.#state = 'ending'
    try {
      await this.#runner?.finish()
      this.#loop.enter(() => void this.#process.emit('beforeExit', Number(this.#process.exitCode ?? 0)))
    } catch (thrown) {
      return this.#uncaught(thrown)
    }
    const code = this.#process.exitCode
    this.#end(code === undefined ? (this.#runner?.hasFailed === true ? 1 : 0) : Number(code))
  }

  #exit(code: number, signal?: string): never {
    if (signal !== undefined) this.#signalled(code, signal)
    else this.#end(code)
    throw new ExitSignal('process.exit')
  }

  #end(code: number): void {
    if (this.#state === 'ended') return
    this.#process.exitCode = code
    this.#state = 'ending'
    try {
      this.#process.emit('exit', code)
    } catch (thrown) {
      if (!(thrown instanceof ExitSignal)) this.#print(thrown)
    }
    if (this.#isEnded()) return
    this.#pipe.flush()
    this.#state = 'ended'
    this.#host.post({ type: 'exit', code: Number(this.#process.exitCode) & 255, readInput: this.#input.wasRead })
  }

  /** Ended by a signal of its own: nothing more of it runs. */
  #signalled(code: number, signal: string): void {
    if (this.#state === 'ended') return
    this.#pipe.flush()
    this.#state = 'ended'
    this.#host.post({ type: 'exit', code, signal, readInput: this.#input.wasRead })
  }

  /** Read again after the program's own code ran, which may have ended it. */
  #isEnded(): boolean {
    return this.#state === 'ended'
  }

  #uncaught(reason: unknown, rejected?: Rejection): void {
    if (this.#state === 'ended' || reason instanceof ExitSignal) return
    if (rejected !== undefined && this.#process.listenerCount('unhandledRejection') > 0) {
      this.#loop.enter(() => void this.#process.emit('unhandledRejection', reason, rejected.promise))
      return
    }
    const thrown = rejected === undefined || reason instanceof Error ? reason : unhandled(reason)
    if (this.#process.listenerCount('uncaughtException') > 0) {
      this.#loop.enter(() => void this.#process.emit('uncaughtException', thrown, 'uncaughtException'))
      return
    }
    // Its parent hears of it.
    if (this.#start.thread?.kind === 'thread') this.#threads.say({ word: 'error', error: carriedError(thrown) })
    else this.#print(thrown)
    this.#end(1)
  }

  #print(thrown: unknown): void {
    const { program } = this.#start
    const text = uncaughtText(this.#world.tree, thrown, program.type === 'eval' ? program.code : undefined)
    this.#world.write('stderr', new TextEncoder().encode(text))
  }

  #globals(timers: ReturnType<typeof timersFor>): void {
    setBuffer(Buffer)
    repairBuffer()
    wordBuffer()
    installStacks()
    watchProxies()
    watchSettled()
    holdPromises(this.#loop)
    nameContextCalls()
    nameThrown()
    importsInFunctions(
      (from) => this.#modules.importerOf(from),
      () => this.#world.cwd,
    )
    const { promises: _, ...functions } = timers
    const own = {
      ...functions,
      Buffer,
      process: this.#process,
      console: consoleFor(this.#world),
      global: globalThis,
      fetch: fetchFor(this.#world),
      crypto: webCryptoFor(this.#world),
    }
    for (const [name, value] of Object.entries(own))
      Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false })
    // Programs tell Node from a browser by these.
    for (const name of [
      // esbuild finds its clock by it.
      ...(this.#host.builtIn === undefined ? ['self'] : []),
      'importScripts',
      'postMessage',
      'location',
      'Worker',
      'XMLHttpRequest',
      'WebSocket',
      'close',
      'name',
      'onmessage',
      'navigator',
    ]) {
      Object.defineProperty(globalThis, name, { value: undefined, writable: true, configurable: true, enumerable: false })
    }
    for (const name of ['require', 'module', 'exports', '__filename', '__dirname']) Reflect.deleteProperty(globalThis, name)
  }
}

function callable(value: unknown): () => unknown {
  if (typeof value !== 'function') throw new TypeError('there is no require')
  return (...args) => Reflect.apply(value, undefined, args)
}

/** Runs a program; it reports through `host` and ends with an `exit` message. */
export function runProgram(start: ToProcess, host: ProgramHost): void {
  new Program(start, host).run()
}
