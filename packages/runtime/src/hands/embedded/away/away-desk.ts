import { failureOf, type WorkspaceDraft } from '@tabwright/protocol'
import type { FileSync, Incoming, Outgoing } from '../file-sync'
import type { ToKernel } from '../messages'
import { AWAY_AHEAD, MAX_AWAY, MAX_AWAY_PIECE } from './away-messages'
import type { AwaySaid } from './kernel-away'

/** A program to be started elsewhere. */
export interface AwayProgram {
  /** Its name first. */
  readonly argv: readonly string[]
  /** Variables beside those that are there. */
  readonly env: Readonly<Record<string, string>>
  /** `/workspace` or below; anywhere else is a folder of the kernel's own. */
  readonly cwd: string
  /** Its standard input, whole. Undefined: none. */
  readonly input: Uint8Array | undefined
  /** Resolves when there is room for more. */
  output(stream: 'stdout' | 'stderr', bytes: Uint8Array): Promise<void>
}

/** A program on its way. */
export interface AwayRun {
  /** Exit code. Rejects where the place was lost under it. */
  readonly ended: Promise<number>
  stop(): void
}

/** Another place for some commands of the shell, on the same files. */
export interface Elsewhere {
  readonly commands: readonly string[]
  /** Commands of the sandbox that would only be in the way of those. */
  readonly missing: readonly string[]
  /** The files there become those of `files`. Gives sentences for the person and the model. @throws FailureError */
  send(files: WorkspaceDraft): Promise<readonly string[]>
  /** What changed there is written to `files`, all of it at the end and at once. @throws FailureError */
  fetch(files: WorkspaceDraft): Promise<readonly string[]>
  start(program: AwayProgram): AwayRun
}

/** The files of the command line that runs. */
export interface AwayFiles {
  readonly files: WorkspaceDraft
  readonly sync: FileSync
  note(text: string): void
}

interface Open {
  run: AwayRun | undefined
  /** To end before it began. */
  isStopped: boolean
  /** Messages of output that the kernel has not taken. */
  ahead: number
  wake: () => void
  /** Resolves when it is over on both sides. */
  over: Promise<void>
}

// A program that was ended gets so long to be gone before its command line is over without it.
const STOP_MS = 2000

const encoder = new TextEncoder()
const NOTHING: Outgoing = { files: [], packs: [], removed: [] }

/** The host's end of programs that run elsewhere: one after the other where it is about files, side by side where they run. */
export class AwayDesk {
  readonly #elsewhere: Elsewhere
  readonly #tell: (message: ToKernel, handed?: readonly ArrayBuffer[]) => void
  readonly #open = new Map<number, Open>()
  #command: AwayFiles | undefined
  #turn: Promise<unknown> = Promise.resolve()
  /** Some program of this command line may have changed files. */
  #isUsed = false
  #failure: unknown
  #last = 0

  constructor(elsewhere: Elsewhere, tell: (message: ToKernel, handed?: readonly ArrayBuffer[]) => void) {
    this.#elsewhere = elsewhere
    this.#tell = tell
  }

  /** Says to a new kernel which commands are not its own. */
  greet(): void {
    const { commands, missing } = this.#elsewhere
    this.#tell({ type: 'away.commands', names: [...commands], missing: [...missing] })
  }

  /** A command line begins. */
  begin(command: AwayFiles): void {
    this.#command = command
    this.#isUsed = this.#open.size > 0
    this.#failure = undefined
  }

  /**
   * The command line is over and its own changes are in its files: so are then those of its programs. Those of jobs go on.
   * @throws what the place was lost with
   */
  async settle(): Promise<void> {
    const command = this.#command
    this.#command = undefined
    if (command === undefined || !this.#isUsed) return
    const stopped = [...this.#open.values()].filter(({ isStopped }) => isStopped).map(({ over }) => over)
    if (stopped.length > 0) await Promise.race([Promise.all(stopped), new Promise((resolve) => setTimeout(resolve, STOP_MS))])
    await this.#inTurn(async () => {
      if (this.#failure !== undefined) throw this.#failure
      for (const note of await this.#elsewhere.fetch(command.files)) command.note(note)
    })
  }

  /** The kernel is gone, and with it whoever reads. */
  end(): void {
    this.#command = undefined
    for (const open of this.#open.values()) stop(open)
  }

  take(message: AwaySaid): void {
    if (message.type === 'away.start') return this.#start(message)
    const open = this.#open.get(message.id)
    if (open === undefined) return
    if (message.type === 'away.stop') return stop(open)
    open.ahead -= 1
    open.wake()
  }

  #start(message: Extract<AwaySaid, { type: 'away.start' }>): void {
    const command = this.#command
    if (command === undefined || message.id <= this.#last || this.#open.size >= MAX_AWAY)
      return this.#tell({ type: 'away.end', id: message.id, code: 126, ...NOTHING })
    this.#last = message.id
    this.#isUsed = true
    // At once, as everything that the kernel says of its files: in the order in which it says it.
    this.#took(command, message)
    const open: Open = { run: undefined, isStopped: false, ahead: 0, wake: () => undefined, over: Promise.resolve() }
    this.#open.set(message.id, open)
    open.over = this.#run(message, open, command).finally(() => this.#open.delete(message.id))
  }

  #took({ sync, files, note }: AwayFiles, changes: Incoming): void {
    for (const why of sync.incoming(files, changes)) note(`[left out of the workspace: ${why}]\n`)
  }

  async #run(message: Extract<AwaySaid, { type: 'away.start' }>, open: Open, command: AwayFiles): Promise<void> {
    const { id, argv, env, cwd, input } = message
    const output = (stream: 'stdout' | 'stderr', bytes: Uint8Array): Promise<void> => this.#output({ id, open }, stream, bytes)
    try {
      await this.#inTurn(async () => {
        if (open.isStopped) return
        for (const note of await this.#elsewhere.send(command.files)) command.note(`${note}\n`)
        if (!open.isStopped) open.run = this.#elsewhere.start({ argv, env, cwd, input, output })
      })
    } catch (thrown) {
      // Nothing ran: the shell goes on as after any program that cannot be started.
      await output('stderr', encoder.encode(`[${failureOf(thrown).message}]\n`))
      return this.#tell({ type: 'away.end', id, code: 126, ...NOTHING })
    }
    try {
      const code = (await open.run?.ended) ?? 137
      await this.#inTurn(() => this.#ended(id, code))
    } catch (thrown) {
      this.#failure ??= thrown
      this.#tell({ type: 'away.end', id, code: 126, ...NOTHING })
    }
  }

  /** Where the command line is over before its program, the next one brings what it did. */
  async #ended(id: number, code: number): Promise<void> {
    const command = this.#command
    if (command === undefined) return this.#tell({ type: 'away.end', id, code, ...NOTHING })
    for (const note of await this.#elsewhere.fetch(command.files)) command.note(`${note}\n`)
    const changed = await command.sync.outgoing(command.files)
    this.#tell({ type: 'away.end', id, code, ...changed }, changed.packs)
  }

  async #output({ id, open }: { id: number; open: Open }, stream: 'stdout' | 'stderr', bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += MAX_AWAY_PIECE) {
      while (open.ahead >= AWAY_AHEAD && !open.isStopped) await new Promise<void>((resolve) => (open.wake = resolve))
      if (open.isStopped) return
      open.ahead += 1
      this.#tell({ type: 'away.output', id, stream, bytes: bytes.slice(at, at + MAX_AWAY_PIECE) })
    }
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(task)
    this.#turn = mine.then(
      () => undefined,
      () => undefined,
    )
    return mine
  }
}

function stop(open: Open): void {
  open.isStopped = true
  open.run?.stop()
  open.wake()
}
