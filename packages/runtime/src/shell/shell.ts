import { jobNotices } from './language/builtins/jobs'
import { faultTold } from './language/execute/programs'
import { Interpreter } from './language/execute/interpreter'
import { freshState } from './language/shell-command'
import type { ShellState } from './language/state/shell-state'
import type { Process } from './processes/process'
import { codeOfSignal, type Signal } from './signals'
import { Device, type OpenFile } from './streams/open-file'
import type { Net } from './net'
import type { System } from './system'
import type { FileTree } from './tree/file-tree'
import { parentName } from './tree/tree-node'

/** Command lines remembered; more than this nobody looks for with the arrow key. */
const MOST_HISTORY = 500

/** Output of jobs that no command line is there to take is kept up to here. */
const KEPT_OUTPUT = 65_536

/** What a shell is made of. Several may share one system: each has its own state, all the same files and processes. */
export interface ShellOptions {
  readonly system: System
  readonly cwd: string
  readonly env: ReadonlyMap<string, string>
  /** After each command line: takes out of the state what must not be kept, and tells what. */
  forget?(state: ShellState): string
  /** A person sits there: aliases are replaced, jobs are groups of their own. */
  readonly isInteractive?: boolean
}

/** One command line to run. */
export interface ShellRun {
  readonly command: string
  /** Folder to run in; where the shell stands when left out. */
  readonly cwd?: string | undefined
  readonly signal: AbortSignal
  output(stream: 'stdout' | 'stderr', text: string): void
  /** Something to wait for before more is written, where whoever takes the output is behind. */
  room?(): Promise<void> | undefined
  /** Standard input; nothing when left out. */
  readonly input?: OpenFile
  /** Where a person sits: standard input, output and error. */
  readonly terminal?: OpenFile
  /** The way to the network of this line and all that it starts, where it is another than the shell's. */
  readonly net?: Net | undefined
}

type Stream = 'stdout' | 'stderr'

/** A session's shell: bash's language on the file tree. Its state carries over from one command line to the next. */
export class Shell {
  readonly #options: ShellOptions
  readonly #state: ShellState
  readonly #files: ReadonlyMap<number, OpenFile>
  readonly #decoders: Readonly<Record<Stream, TextDecoder>> = { stdout: new TextDecoder(), stderr: new TextDecoder() }
  /** Bears the number of `$$` as long as the shell is there. */
  readonly #leader: Process
  #endLeader = (): void => undefined
  #run: ShellRun | undefined
  #process: Process | undefined
  #kept: [stream: Stream, text: string][] = []
  #keptSize = 0

  constructor(options: ShellOptions) {
    this.#options = options
    const nothing = new Device({ read: () => Promise.resolve(undefined) })
    this.#files = new Map<number, OpenFile>([
      [0, nothing],
      [1, this.#stream('stdout')],
      [2, this.#stream('stderr')],
    ])
    const { system } = options
    this.#leader = system.processes.spawn({
      parent: undefined,
      title: 'bash',
      files: new Map(),
      body: () =>
        new Promise((resolve) => {
          this.#endLeader = () => resolve(0)
        }),
      onFault: faultTold,
    })
    this.#leader.onSignal = (signal) => this.#passOn(signal)
    this.#state = freshState({ cwd: options.cwd, env: options.env, umask: 0o022, pid: this.#leader.pid })
    this.#state.secondsFrom = system.clock.steady() / 1000
    this.#state.random = (this.#leader.pid * 7919 + Math.floor(system.clock.now())) % 0x7f_ff_ff_ff
    if (!options.isInteractive) return
    this.#state.shopt.add('expand_aliases')
    this.#state.options.add('monitor')
    this.#state.isInteractive = true
  }

  get tree(): FileTree {
    return this.#options.system.tree
  }

  get cwd(): string {
    return this.#state.cwd
  }

  /** Names that a command line can begin with, for completion. */
  get commandNames(): readonly string[] {
    const { functions, aliases } = this.#state
    return [...new Set([...this.#options.system.commands.keys(), ...functions.keys(), ...aliases.keys()])].toSorted()
  }

  /** `exit` was run: the person who sits there is done. */
  get hasExited(): boolean {
    return this.#state.hasExited
  }

  /** `exit` was taken back: there are stopped jobs. */
  stay(): void {
    this.#state.hasExited = false
  }

  get hasStoppedJobs(): boolean {
    return this.#state.jobs.some((job) => job.processes.some((process) => process.isStopped))
  }

  /** Command lines, oldest first; `history` shows them. */
  get history(): readonly string[] {
    return this.#state.history
  }

  /** Puts a command line on the list that `history` shows; one that is there already moves to its end. */
  remember(line: string): void {
    const { history } = this.#state
    this.#state.history = [...history.filter((one) => one !== line), line].slice(-MOST_HISTORY)
  }

  /** Names of variables, for completion. */
  get variableNames(): readonly string[] {
    return [...this.#state.vars.names]
  }

  variable(name: string): string | undefined {
    return this.#state.vars.text(name)
  }

  /** Gives programs a variable. */
  export(name: string, value: string): void {
    this.#state.export(name, value)
  }

  /** What programs are told of the terminal's size. */
  setSize(columns: number, rows: number): void {
    this.export('COLUMNS', String(columns))
    this.export('LINES', String(rows))
    this.signal('WINCH')
  }

  /** Process groups that the keyboard's signals are for. */
  get foreground(): readonly number[] {
    const jobs = this.#state.jobs.filter((job) => job.isForeground)
    if (jobs.length > 0) return jobs.map((job) => job.group)
    return this.#process === undefined ? [] : [this.#process.group]
  }

  /** Lines about jobs that ended or were stopped, each told once. */
  notices(): string {
    return jobNotices(this.#state)
  }

  /** Sends what Ctrl-C and its like send to what runs in front. */
  signal(signal: Signal): void {
    for (const group of this.foreground) this.#options.system.processes.signalGroup(group, signal)
  }

  /** Sends the running command line what Ctrl-C sends. */
  interrupt(): void {
    this.signal('INT')
  }

  /** Runs one command line and gives its exit code. An abort ends it and all that it started. */
  async run(run: ShellRun): Promise<number> {
    if (!this.#enter(run)) return 1
    const { net } = run
    const system = net === undefined ? this.#options.system : { ...this.#options.system, net }
    const state = this.#state
    this.#run = run
    this.#sayKept(run)
    state.frames = []
    state.loops = 0
    const files = new Map(this.#files)
    if (run.input !== undefined) files.set(0, run.input)
    if (run.terminal !== undefined) for (const descriptor of [0, 1, 2]) files.set(descriptor, run.terminal)
    const process = system.processes.spawn({
      parent: this.#leader,
      title: 'bash',
      files,
      body: (own) => {
        const interpreter = new Interpreter({ state, process: own, system })
        return interpreter.finish(() => interpreter.runText({ text: run.command, name: 'environment' }))
      },
      onFault: faultTold,
    })
    this.#process = process
    const cut = (): void => void system.processes.signalGroup(process.group, 'KILL')
    run.signal.addEventListener('abort', cut, { once: true })
    if (run.signal.aborted) cut()
    const exit = await process.ended({ orStopped: this.#options.isInteractive ?? false })
    if (exit === undefined) this.#park(process, run.command)
    else if (exit.signal !== undefined) state.status = exit.code
    run.signal.removeEventListener('abort', cut)
    this.#process = undefined
    this.#stand()
    this.#flush()
    const note = this.#options.forget?.(state) ?? ''
    if (note !== '') run.output('stderr', note)
    this.#run = undefined
    return exit?.code ?? codeOfSignal('TSTP')
  }

  /** A command line that was stopped becomes a job. */
  #park(process: Process, text: string): void {
    const { jobs } = this.#state
    const number = Math.max(0, ...jobs.map((job) => job.number)) + 1
    const { group } = process
    this.#state.status = codeOfSignal('TSTP')
    this.#state.jobs = [...jobs, { number, text, group, processes: [process], isDisowned: false, isForeground: false, told: 'running' }]
  }

  /** Ends the shell and its jobs. */
  close(): void {
    for (const job of this.#state.jobs) for (const process of job.processes) if (!job.isDisowned) process.deliver('HUP')
    this.#endLeader()
  }

  /** `kill $$`, from whichever command line. */
  #passOn(signal: Signal): boolean {
    this.#process?.deliver(signal)
    return true
  }

  /** Goes to the folder that a command names, or stays. False: it is not there, and nothing may run. */
  #enter({ cwd, output }: ShellRun): boolean {
    const state = this.#state
    // The agent may have removed the folder that the shell stood in.
    while (this.tree.find(state.cwd)?.type !== 'folder') this.#go(parentName(state.cwd))
    if (cwd === undefined) return true
    const why = this.#flawOf(cwd)
    if (why !== undefined) output('stderr', `bash: ${cwd}: ${why}; nothing was run\n`)
    else if (cwd !== state.cwd) {
      state.export('OLDPWD', state.cwd)
      this.#go(cwd)
    }
    return why === undefined
  }

  #go(cwd: string): void {
    this.#state.cwd = cwd
    this.#state.export('PWD', cwd)
  }

  /** Why a command cannot run in a folder. A link would lead elsewhere than the approval said. */
  #flawOf(cwd: string): string | undefined {
    const node = this.tree.find(cwd)
    if (node === undefined) return 'this folder does not exist'
    if (node.type !== 'folder') return 'this is a file, not a folder'
    const real = this.tree.realpath(cwd)
    return real === cwd ? undefined : `this is a link to ${real}, which has to be named itself`
  }

  /** Links are followed, so that what is told as the shell's folder can be named as one. */
  #stand(): void {
    const { cwd } = this.#state
    if (this.tree.find(cwd)?.type === 'folder') this.#go(this.tree.realpath(cwd))
  }

  #stream(stream: Stream): OpenFile {
    return new Device({
      write: (bytes) => {
        const text = this.#decoders[stream].decode(bytes, { stream: true })
        if (text !== '') this.#say(stream, text)
        return this.#run?.room?.() ?? Promise.resolve()
      },
    })
  }

  #say(stream: Stream, text: string): void {
    if (this.#run !== undefined) this.#run.output(stream, text)
    else if (this.#keptSize < KEPT_OUTPUT) {
      this.#kept.push([stream, text])
      this.#keptSize += text.length
    }
  }

  /** What jobs wrote between two command lines. */
  #sayKept(run: ShellRun): void {
    const kept = this.#kept
    this.#kept = []
    this.#keptSize = 0
    for (const [stream, text] of kept) run.output(stream, text)
  }

  /** A character that was begun and not ended. */
  #flush(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const rest = this.#decoders[stream].decode()
      if (rest !== '') this.#say(stream, rest)
    }
  }
}
