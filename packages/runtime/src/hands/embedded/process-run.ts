import * as z from 'zod/mini'
import type { FileTree } from '../../shell/tree/file-tree'
import {
  type CarriedTree,
  fromProcess,
  type FromProcess,
  MAX_READ,
  READ_HEAD,
  READ_STATE,
  type Program,
  type ProgramInputStart,
  type TestReport,
  type ToProcess,
  type ToProcessLater,
} from './messages'
import type { Call } from '../../shell/commands/command'
import { ChildDesk } from './children/child-desk'
import { isChildSaid } from './children/child-messages'
import { signalNamed, type Signal } from '../../shell/signals'
import { ThreadDesk, type ThreadRun } from './threads/thread-desk'
import { isThreadMessage } from './threads/thread-messages'
import { ProgramLink } from './ports/program-link'
import type { PortTable } from './ports/port-table'
import type { BundlerParts } from './bundler/bundler-messages'
import type { PythonParts } from './python/python-messages'
import { ProcessTree } from './process-tree'
import { canShare } from './shared-tree'

/** A worker that runs one program, not started yet. */
export interface ProcessPort {
  post(message: ToProcess | ToProcessLater | PythonParts | BundlerParts, handed: readonly Transferable[]): void
  /** `fault` is called with what the platform says when the worker itself breaks. */
  listen(message: (data: unknown) => void, fault: (text: string) => void): void
  terminate(): void
}

export type SpawnProcess = () => ProcessPort

/** Standard input that is read as a program wants it. */
export interface AskedInput {
  readonly isTerminal: boolean
  /** The next bytes, at most so many; undefined at the end. */
  read(max: number): Promise<Uint8Array | undefined>
  /** Came when nobody wanted them any more. */
  giveBack(bytes: Uint8Array): void
}

/** What a program is started with. */
export interface ProcessStart {
  readonly program: Program
  readonly argv: readonly string[]
  readonly execArgv?: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** Bytes, or where they come from as the program asks for them. */
  readonly stdin: Uint8Array | AskedInput
  /** Outputs that are a terminal. */
  readonly terminals?: readonly ('stdout' | 'stderr')[]
  readonly preload?: readonly string[]
}

/** How a program that is another's thread talks to it. */
export interface ThreadLine {
  readonly self: NonNullable<ToProcess['thread']>
  readonly handed: readonly Transferable[]
  /** Called once it can be told something: values, and signals (false: it does not listen for that one). */
  open(tell: (value: unknown, handed: readonly Transferable[]) => void, take: (signal: Signal) => boolean): void
  /** It says something to its parent. */
  say(value: unknown, handed: readonly Transferable[]): void
}

/** Where a program's doings go. */
export interface ProcessHost {
  /** What the program is one of, for messages. Default: `node`. */
  readonly name?: string
  readonly spawn: SpawnProcess
  readonly tree: FileTree
  readonly ports: PortTable
  /** Runs what the program starts. */
  readonly exec: Call['exec']
  readonly signal: AbortSignal
  /** Of a program that another one started to talk to. */
  readonly line?: ThreadLine
  /** Called with what takes a signal: false where the program does not listen for it. */
  /** A signal of the program's own ended it. */
  onSignalled?(signal: Signal): void
  onSignals?(take: (signal: Signal) => boolean): void
  output(stream: 'stdout' | 'stderr', bytes: Uint8Array): void
  report?(report: TestReport): void
  /** Called when the program ended without a look at its standard input: it belongs to whoever reads next. */
  unusedInput?(): void
}

/** Exit code of a program that was ended from outside, as a shell gives it for SIGKILL. */
export const KILLED = 137

/** Hands a program the pieces of its input that it asks for. */
class InputDesk {
  readonly start: ProgramInputStart
  readonly #stdin: ProcessStart['stdin']
  readonly #memory: SharedArrayBuffer | undefined
  #isReading = false
  #isOver = false

  constructor(stdin: ProcessStart['stdin']) {
    this.#stdin = stdin
    if (stdin instanceof Uint8Array) this.start = { type: 'whole', bytes: stdin }
    else {
      this.#memory = canShare() ? new SharedArrayBuffer(READ_HEAD + MAX_READ) : undefined
      this.start = { type: 'asked', isTerminal: stdin.isTerminal, ...(this.#memory && { shared: this.#memory }) }
    }
  }

  /** The program asks; `answer` is called once unless it ended meanwhile. */
  read(answer: (said: Omit<Extract<ToProcessLater, { type: 'input' }>, 'type'>) => void): void {
    const stdin = this.#stdin
    if (this.#isReading || stdin instanceof Uint8Array) return
    this.#isReading = true
    const said = (bytes: Uint8Array | undefined): void => {
      this.#isReading = false
      if (this.#isOver) return bytes === undefined ? undefined : stdin.giveBack(bytes)
      const isShared = this.#share(bytes)
      answer({ isOver: bytes === undefined, ...(bytes !== undefined && !isShared && { bytes: bytes.slice() }) })
    }
    // A reader that is ended has nobody to tell: its process is at its end, too.
    stdin.read(MAX_READ).then(said, () => undefined)
  }

  end(): void {
    this.#isOver = true
  }

  #share(bytes: Uint8Array | undefined): boolean {
    if (this.#memory === undefined) return false
    const head = new Int32Array(this.#memory, 0, 2)
    if (bytes !== undefined) {
      new Uint8Array(this.#memory, READ_HEAD).set(bytes)
      Atomics.store(head, 1, bytes.length)
    }
    Atomics.store(head, 0, bytes === undefined ? READ_STATE.over : READ_STATE.bytes)
    Atomics.notify(head, 0)
    return true
  }
}

function startMessage(
  start: ProcessStart,
  carried: CarriedTree,
  rest: { readonly input: ProgramInputStart; readonly line: ThreadLine | undefined },
): ToProcess {
  return {
    type: 'start',
    program: start.program,
    ...carried,
    argv: [...start.argv],
    execArgv: [...(start.execArgv ?? [])],
    env: { ...start.env },
    cwd: start.cwd,
    input: rest.input,
    terminals: [...(start.terminals ?? [])],
    preload: [...(start.preload ?? [])],
    ...(rest.line && { thread: rest.line.self }),
  }
}

/** Threads of a program are programs beside it, on the same files. */
function runThread({ start, line, signal, output }: ThreadRun, host: ProcessHost): Promise<number> {
  const { program, argv, execArgv, env, cwd } = start
  const { spawn, tree, ports, exec } = host
  return runProcess({ program, argv, execArgv, env, cwd, stdin: new Uint8Array() }, { spawn, tree, ports, exec, signal, output, line })
}

/** Whom a program talks to: its threads, its parent, and whoever sends it signals. */
function connected(host: ProcessHost, wake: (message: ToProcessLater, handed?: readonly Transferable[]) => void) {
  const threads = new ThreadDesk({
    run: (thread) => runThread(thread, host),
    post: wake,
    say: (value, handed) => host.line?.say(value, handed),
  })
  const listened = new Set<Signal>()
  const take = (signal: Signal): boolean => {
    if (!listened.has(signal) && signal !== 'PIPE') return false
    wake({ type: 'signal', name: signal })
    return true
  }
  host.onSignals?.(take)
  host.line?.open((value, handed) => wake({ type: 'thread.post', id: 0, value, handed: [...handed] }, handed), take)
  return { threads, listened }
}

/** Runs a program to its end and gives its exit code. Its file changes are in the tree when this resolves. */
export function runProcess(start: ProcessStart, host: ProcessHost): Promise<number> {
  if (host.signal.aborted) return Promise.resolve(KILLED)
  const port = host.spawn()
  const tree = new ProcessTree(host.tree)
  const input = new InputDesk(start.stdin)
  const wake = (message: ToProcessLater, handed: readonly Transferable[] = []): void => {
    const ops = [...tree.news()]
    if (ops.length > 0) port.post({ type: 'news', ops }, [])
    port.post(message, handed)
  }
  // Only a request or a whole answer wakes code that looks at files; pieces on their way do not.
  const link = new ProgramLink(host.ports, (told) =>
    told.type === 'port.bytes' || told.type === 'port.took' ? port.post(told, []) : wake(told),
  )
  const children = new ChildDesk({
    exec: host.exec,
    tree: host.tree,
    post: wake,
    news: () => tree.news(),
    inherited: (stream, bytes) => host.output(stream, bytes),
  })
  const { threads, listened } = connected(host, wake)
  return new Promise((resolve) => {
    const end = (code: number): void => {
      host.signal.removeEventListener('abort', kill)
      input.end()
      link.leave()
      children.leave()
      threads.leave()
      port.terminate()
      resolve(code)
    }
    const kill = (): void => end(KILLED)
    const fault = (text: string): void => {
      host.output('stderr', new TextEncoder().encode(`${host.name ?? 'node'}: the process broke: ${text}\n`))
      end(1)
    }
    const take = (message: FromProcess): void => {
      if (message.type === 'op') tree.take(message.op)
      else if (message.type === 'output') host.output(message.stream, message.bytes)
      else if (message.type === 'report') host.report?.(message.report)
      else if (message.type === 'read') input.read((said) => wake({ type: 'input', ...said }))
      else if (message.type === 'signals') listen(listened, message.names)
      else if (isThreadMessage(message)) threads.take(message)
      else if (isChildSaid(message)) children.take(message)
      else if (message.type !== 'exit') link.take(message)
      else {
        tellEnd(host, message)
        end(message.code)
      }
    }
    host.signal.addEventListener('abort', kill, { once: true })
    port.listen((data) => {
      const parsed = z.safeParse(fromProcess, data)
      if (parsed.success) take(parsed.data)
      else fault('it sent a message that is not in the table')
    }, fault)
    const message = startMessage(start, tree.carried(), { input: input.start, line: host.line })
    port.post(message, host.line?.handed ?? [])
  })
}

function tellEnd(host: ProcessHost, { readInput, signal }: Extract<FromProcess, { type: 'exit' }>): void {
  if (readInput === false) host.unusedInput?.()
  const by = signalNamed(signal ?? '')
  if (by !== undefined) host.onSignalled?.(by)
}

function listen(listened: Set<Signal>, names: readonly string[]): void {
  listened.clear()
  for (const name of names) {
    const signal = signalNamed(name)
    if (signal !== undefined) listened.add(signal)
  }
}
