import { Buffer } from 'buffer'
import events from 'events'
import { Readable, Writable } from 'readable-stream'
import type { ChildEnd, StdioWay } from '../children/child-messages'
import { resolvePath } from '../../../shell/tree/tree-node'
import { bytesOf, invalidArgument, unsupported, type World } from './context'
import type { ChildHandle, Wanted } from './program-children'
import { inspect } from './inspect'

/** Options as a program gives them. */
export type ChildOptions = Readonly<Record<string, unknown>>

const wayOf = (given: unknown, fd: number): StdioWay => {
  if (given === undefined || given === null || given === 'pipe' || given === 'overlapped') return 'pipe'
  if (given === 'ignore' || given === 'inherit') return given
  if (given === fd || Reflect.get(Object(given), 'fd') === fd) return 'inherit'
  throw unsupported('child_process', `stdio ${inspect(given)} is missing; there are pipe, ignore and inherit`)
}

function stdioOf(given: unknown): Wanted['stdio'] {
  if (Array.isArray(given)) {
    if (given.length > 3) throw unsupported('child_process', 'a child has standard input, output and error only')
    return [wayOf(given[0], 0), wayOf(given[1], 1), wayOf(given[2], 2)]
  }
  const way = wayOf(given, -1)
  return [way, way, way]
}

/** What is to be started, understood from a program's call. @throws TypeError */
export function wantedOf(world: World, command: { readonly file: unknown; readonly args: readonly unknown[] }, options: ChildOptions) {
  const { file } = command
  if (typeof file !== 'string') throw invalidArgument('file', 'of type string', file)
  if (file === '') throw Object.assign(new TypeError("The argument 'file' cannot be empty. Received ''"), { code: 'ERR_INVALID_ARG_VALUE' })
  const args = command.args.map(String)
  const isScript = options['shell'] !== undefined && options['shell'] !== false
  const script = [file, ...args].join(' ')
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(Object(options['env'] ?? world.env))) if (value !== undefined) env[name] = textOf(value)
  const { cwd } = options
  const folder = cwd instanceof URL ? decodeURIComponent(cwd.pathname) : typeof cwd === 'string' ? cwd : '.'
  const wanted: Wanted = {
    argv: isScript ? [script] : [file, ...args],
    isScript,
    cwd: resolvePath(world.cwd, folder),
    env,
    stdio: stdioOf(options['stdio']),
    timeoutMs: Number(options['timeout'] ?? 0),
    killSignal: textOf(options['killSignal'] ?? 'SIGTERM'),
  }
  return { wanted, file: isScript ? '/bin/sh' : file, spawnargs: isScript ? ['/bin/sh', '-c', script] : [file, ...args] }
}

/** Node's error for a program that is not there. */
export function missingProgram(what: 'spawn' | 'spawnSync', file: string, spawnargs: readonly string[]): Error {
  return Object.assign(new Error(`${what} ${file} ENOENT`), {
    errno: -2,
    code: 'ENOENT',
    syscall: `${what} ${file}`,
    path: file,
    spawnargs: spawnargs.slice(1),
  })
}

/** A value as the text that an environment has of it. */
export const textOf = (value: unknown): string => String(value)

let pids = 1000

/** A command that runs beside the program. */
export class ChildProcess extends events {
  readonly pid = ++pids
  readonly spawnfile: string
  readonly spawnargs: readonly string[]
  readonly stdin: Writable | null
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  readonly stdio: readonly unknown[]
  exitCode: number | null = null
  signalCode: string | null = null
  killed = false
  connected = false
  readonly #handle: ChildHandle
  #open = 0

  constructor(world: World, given: ReturnType<typeof wantedOf>) {
    super()
    const { wanted } = given
    this.spawnfile = given.file
    this.spawnargs = given.spawnargs
    const took: Record<'stdout' | 'stderr', (() => void)[]> = { stdout: [], stderr: [] }
    const output = (stream: 'stdout' | 'stderr'): Readable | null => {
      if (wanted.stdio[stream === 'stdout' ? 1 : 2] !== 'pipe') return null
      this.#open += 1
      const readable = new Readable({
        read: () => {
          for (const one of took[stream].splice(0)) one()
        },
      })
      readable.on('close', () => this.#closed())
      return readable
    }
    this.stdout = output('stdout')
    this.stderr = output('stderr')
    this.#handle = world.children.start(wanted, {
      output: (stream, bytes, taken) => {
        const readable = this[stream]
        if (readable === null || readable.push(Buffer.from(bytes))) taken()
        else took[stream].push(taken)
      },
      exit: (end) => this.#exit(end),
    })
    this.stdin = wanted.stdio[0] === 'pipe' ? this.#input() : null
    this.stdio = [this.stdin, this.stdout, this.stderr]
    world.loop.tick(() => void this.emit('spawn'))
  }

  kill(signal: unknown = 'SIGTERM'): boolean {
    if (this.exitCode !== null || this.signalCode !== null) return false
    if (signal === 0) return true
    this.#handle.kill(String(signal))
    this.killed = true
    return true
  }

  ref(): void {
    this.#handle.ref()
  }

  unref(): void {
    this.#handle.unref()
  }

  send(): never {
    throw unsupported('child_process', 'messages between parent and child are missing; standard input and output are there')
  }

  #input(): Writable {
    const handle = this.#handle
    return new Writable({
      write: (chunk, encoding, done) => {
        handle.write(bytesOf(chunk, encoding === 'buffer' ? 'utf8' : encoding))
        done()
      },
      final: (done) => {
        handle.endInput()
        done()
      },
    })
  }

  #exit(end: ChildEnd): void {
    if (end.missing) {
      this.exitCode = -2
      this.emit('error', missingProgram('spawn', this.spawnfile, this.spawnargs))
    } else {
      this.exitCode = end.code
      this.signalCode = end.signal
      if (end.timedOut) this.killed = true
      this.emit('exit', end.code, end.signal)
    }
    this.stdin?.destroy()
    this.#open += 1
    for (const readable of [this.stdout, this.stderr]) {
      readable?.push(null)
      // Nobody reads it: its end is to come all the same.
      if (end.missing || readable?.listenerCount('data') === 0) readable?.resume()
    }
    this.#closed()
  }

  #closed(): void {
    this.#open -= 1
    if (this.#open === 0 && (this.exitCode !== null || this.signalCode !== null)) this.emit('close', this.exitCode, this.signalCode)
  }
}

/** `(file, args?, options?, callback?)` as Node takes them. */
export function wordsOf(given: readonly unknown[]) {
  const [file, ...rest] = given
  const args: readonly unknown[] = Array.isArray(rest[0]) ? rest[0] : []
  const options: ChildOptions = Object.fromEntries(
    Object.entries(Object(rest.find((one) => typeof one === 'object' && !Array.isArray(one)) ?? {})),
  )
  return { file, args, options, callback: rest.find((one) => typeof one === 'function') }
}
