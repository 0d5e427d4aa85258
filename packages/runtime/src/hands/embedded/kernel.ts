import * as z from 'zod/mini'
import { CommandLimit } from './command-limit'
import { kernelNet, type KernelNet } from './kernel-net'
import { MAX_WRITTEN } from './output-cap'
import { fetcherOf, MAX_PIECE, TERMINAL_FETCHES, toKernel, type FromKernel, type PackedProgram, type ToKernel } from './messages'
import { PackSource } from './pack-source'
import type { SpawnProcess } from './process-run'
import { isAway, KernelAway } from './away/kernel-away'
import { isForTerminals, KernelTerminals } from './kernel-terminals'
import { sessionShell } from './shell'
import { embeddedSystem, placeCommands } from './system'
import { writePerson } from './git-settings'
import { plantDecoy } from './decoy'
import { isPortAsking } from './ports/port-messages'
import { PortAsker } from './ports/port-asker'
import { PortTable } from './ports/port-table'
import { MAX_PROCESSES, type ProcessTable } from '../../shell/processes/process-table'
import type { Shell } from '../../shell/shell'
import { TreeSync } from './tree-sync'

/** How the kernel hears and speaks. */
export interface KernelPort {
  /** @param handed buffers of the message that go over, not copied */
  post(message: FromKernel, handed?: readonly ArrayBuffer[]): void
  listen(message: (data: unknown) => void): void
}

export interface KernelOptions {
  readonly port: KernelPort
  readonly spawn: SpawnProcess
  /** Makes workers of a program's text. */
  readonly spawner: (text: string) => SpawnProcess
  /** Number of a command that is to end. Shared with the frame's page, because a busy worker hears no message. */
  readonly flag?: Int32Array
}

// The host gives up on a kernel after 2 s of silence; a busy one speaks well within that.
const BEAT_MS = 400
// So far may the kernel be ahead of the host: a host that has more to take than it can cannot hear the person either.
const MAX_UNHEARD = 2_000_000

const BOMB_NOTE = `[ended: more than ${MAX_PROCESSES} processes at once were asked for, again and again]\n`

/** Nor more messages than this from one ping to the next: lines that go to the two streams in turn. */
const MAX_PIECES = 2000

type Stream = 'stdout' | 'stderr'
/** Output waits for more up to so many characters, or for so long where nothing lets messages out. */
const GATHERED = 32_768
const FLUSH_MS = 50

type Cut = 'timeout' | 'cancelled' | 'output'

/** As `timeout`, Ctrl-C and a closed pipe end a command. */
const CODE_OF: Readonly<Record<Cut, number>> = { timeout: 124, cancelled: 130, output: 141 }

interface Current {
  readonly id: number
  readonly controller: AbortController
  readonly limit: CommandLimit
  cut: Cut | undefined
}

/** The sandbox's core: holds the tree, runs one command line at a time, tells what changed. Knows nothing of frames and workers. */
class Kernel {
  readonly #options: KernelOptions
  readonly #shell: Shell
  readonly #sync: TreeSync
  readonly #terminals: KernelTerminals
  readonly #processes: ProcessTable
  readonly #nets: Readonly<Record<'command' | 'own' | 'agent', KernelNet>>
  /** Requests of the host to programs. */
  readonly #asker: PortAsker
  readonly #packs: Readonly<Record<PackedProgram, PackSource>>
  readonly #away: KernelAway
  #current: Current | undefined
  #spoke = 0
  #queue = Promise.resolve()
  #unsaid: { readonly id: number; readonly stream: Stream; readonly text: string } = { id: 0, stream: 'stdout', text: '' }
  #flushed = 0
  /** Messages of output since the last ping. */
  #pieces = 0
  #written = 0
  #unheard = 0
  /** Commands that wait until the host has caught up. */
  #waiting: (() => void)[] = []
  /** What there is to say with the next command line. */
  #note = ''

  constructor(options: KernelOptions) {
    this.#options = options
    const post: KernelPort['post'] = (message, handed) => this.#post(message, handed)
    // A person is asked while they look on: nothing waits for it.
    const ports = new PortTable()
    ports.onChange = () => this.#post({ type: 'port.list', ports: [...ports.ports] })
    this.#asker = new PortAsker(ports, (message) => this.#post(message))
    const persons = (after: number): KernelNet => kernelNet({ post, ports, asking: () => undefined, after })
    this.#nets = {
      command: kernelNet({ post, ports, asking: (count) => this.#asking(count) }),
      own: persons(TERMINAL_FETCHES.own),
      agent: persons(TERMINAL_FETCHES.agent),
    }
    const source = (program: PackedProgram): PackSource =>
      new PackSource({
        program,
        ask: (wanted) => this.#post({ type: 'load', program: wanted }),
        spawner: options.spawner,
        // The time of a command is for the command, not for what it is loaded with.
        loading: (isLoading) => this.#asking(isLoading ? 1 : 0),
      })
    this.#packs = { python: source('python'), bundler: source('bundler') }
    const system = embeddedSystem({
      spawn: options.spawn,
      isOver: () => this.#isOver(),
      net: this.#nets.command,
      ports,
      packs: this.#packs,
    })
    this.#processes = system.processes
    this.#processes.onBomb = () => this.#tell(BOMB_NOTE)
    this.#shell = sessionShell(system)
    this.#sync = new TreeSync(this.#shell.tree)
    this.#away = new KernelAway({
      commands: system.commands,
      post,
      placed: () => placeCommands(system),
      sync: this.#sync,
      isRunning: () => this.#current !== undefined,
    })
    this.#terminals = new KernelTerminals(
      { ...system, net: this.#nets.own },
      {
        post: (message) => this.#post(message),
        alive: () => this.#beat(),
        agent: this.#shell,
        takenNet: this.#nets.agent,
        inTurn: (run) => this.#inTurn(run),
      },
    )
    options.port.listen((data) => this.#take(z.parse(toKernel, data)))
    this.#post({ type: 'ready' })
  }

  #post(message: FromKernel, handed?: readonly ArrayBuffer[]): void {
    this.#spoke = performance.now()
    this.#options.port.post(message, handed)
  }

  #take(message: ToKernel): void {
    if (message.type === 'ping') this.#pinged()
    else if (message.type === 'cancel') this.#cut(message.id, 'cancelled')
    else if (message.type === 'heard') this.#heard(message.characters)
    else if (message.type === 'person') writePerson(this.#shell.tree, message)
    else if (message.type === 'loaded') this.#packs[message.program].take(message)
    else if (message.type === 'decoy') plantDecoy(this.#shell, message.value)
    else if (message.type === 'run') this.#begin(message)
    else if (message.type === 'sync') this.#exchange(message)
    else if (isAway(message)) this.#away.take(message)
    else if (isPortAsking(message)) this.#asker.take(message)
    else if (isForTerminals(message)) this.#terminals.take(message)
    else this.#nets[fetcherOf(message.id)].take(message)
  }

  #begin(message: Extract<ToKernel, { type: 'run' }>): void {
    this.#terminals.agentBegins()
    void this.#inTurn(async () => {
      await this.#run(message)
      this.#terminals.agentEnded()
    })
  }

  #inTurn(run: () => Promise<void>): Promise<void> {
    const mine = this.#queue.then(run)
    this.#queue = mine
    return mine
  }

  #asking(count: number): void {
    const limit = this.#current?.limit
    if (count > 0) limit?.pause()
    else limit?.resume()
  }

  #pinged(): void {
    this.#pieces = 0
    this.#post({ type: 'alive' })
    if (this.#unheard < MAX_UNHEARD) this.#wake()
  }

  #cut(id: number, why: Cut): void {
    if (this.#current?.id !== id) return
    this.#current.cut ??= why
    this.#current.controller.abort()
    this.#wake()
  }

  #heard(characters: number): void {
    this.#unheard -= characters
    if (this.#unheard < MAX_UNHEARD && this.#pieces < MAX_PIECES) this.#wake()
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }

  #say(id: number, stream: Stream, text: string): void {
    if (text === '' || this.#current?.cut === 'output') return
    if (stream !== this.#unsaid.stream || id !== this.#unsaid.id) this.#flush()
    const isFirst = this.#unsaid.text === ''
    this.#unsaid = { id, stream, text: this.#unsaid.text + text }
    this.#unheard += text.length
    this.#written += text.length
    if (this.#unsaid.text.length >= GATHERED) this.#flush()
    else if (isFirst) setTimeout(() => this.#flush(), 0)
    if (this.#written > MAX_WRITTEN) this.#cut(id, 'output')
  }

  /** Small pieces go together: a host that gets a message a line is busy with nothing else. */
  #flush(): void {
    const { id, stream, text } = this.#unsaid
    if (text === '') return
    this.#unsaid = { id, stream, text: '' }
    for (let at = 0; at < text.length; at += MAX_PIECE) this.#post({ type: 'output', id, stream, text: text.slice(at, at + MAX_PIECE) })
    this.#pieces += 1
    this.#flushed = performance.now()
  }

  /** A note about what was ended, now where a command line runs, else with the next. */
  #tell(note: string): void {
    if (this.#current === undefined) this.#note = note
    else this.#say(this.#current.id, 'stderr', note)
  }

  /** Something to wait for before more is written. */
  #room(): Promise<void> | undefined {
    if ((this.#unheard < MAX_UNHEARD && this.#pieces < MAX_PIECES) || this.#current?.cut !== undefined) return undefined
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #beat(now = performance.now()): void {
    if (now - this.#spoke > BEAT_MS) this.#post({ type: 'alive' })
  }

  #exchange(message: Extract<ToKernel, { type: 'sync' }>): void {
    this.#sync.receive(message)
    const changes = this.#sync.changes()
    this.#post({ type: 'done', id: message.id, exitCode: 0, cwd: this.#shell.cwd, ...changes }, changes.packs)
  }

  /** Asked by the shell at every command: the place where a script that never waits can be ended. */
  #isOver(): boolean {
    const current = this.#current
    const now = performance.now()
    this.#beat(now)
    if (current === undefined) return false
    if (now - this.#flushed > FLUSH_MS) this.#flush()
    if (this.#options.flag !== undefined && Atomics.load(this.#options.flag, 0) === current.id) this.#cut(current.id, 'cancelled')
    if (current.limit.isOver) this.#cut(current.id, 'timeout')
    return current.cut !== undefined
  }

  async #run(message: Extract<ToKernel, { type: 'run' }>): Promise<void> {
    const { id, timeoutMs } = message
    this.#sync.receive(message)
    const current: Current = {
      id,
      controller: new AbortController(),
      limit: new CommandLimit(timeoutMs, () => this.#cut(id, 'timeout')),
      cut: undefined,
    }
    this.#current = current
    this.#written = 0
    this.#unheard = 0
    this.#processes.forgetRefusals()
    this.#say(id, 'stderr', this.#note)
    this.#note = ''
    const exitCode = await this.#shell.run({
      command: message.command,
      cwd: message.cwd,
      signal: current.controller.signal,
      output: (stream, text) => this.#say(id, stream, text),
      room: () => this.#room(),
      input: this.#terminals.agentInput,
    })
    current.limit.clear()
    this.#flush()
    this.#terminals.flush()
    this.#current = undefined
    const changes = this.#sync.changes()
    const code = current.cut === undefined ? exitCode : CODE_OF[current.cut]
    const cut = current.cut === undefined ? {} : { cut: current.cut }
    this.#post({ type: 'done', id, exitCode: code, cwd: this.#shell.cwd, ...cut, ...changes }, changes.packs)
  }
}

/** Starts a kernel on a port; it answers until the worker ends. */
export function startKernel(options: KernelOptions): void {
  // Kept alive by the listener on its port.
  void new Kernel(options)
}
