import {
  fail,
  failureOf,
  type FailureError,
  type Hands,
  type HandsTerminal,
  type HandsTerminals,
  type LeaseId,
  type NetworkFetch,
  type SessionId,
  type TerminalEnds,
  type TerminalSize,
  type Workspace,
  type WorkspaceDelta,
} from '@tabwright/protocol'
import type { ShellTurns } from '../core/ports'
import { refusal, type Echo } from './echo-hands'

export interface AgentKeyboardOptions {
  readonly session: SessionId
  readonly hands: Hands
  readonly workspace: Workspace
  /** The agent's shell as it is shown. */
  readonly echo: Echo
  readonly turns: ShellTurns
  readonly keep: (delta: WorkspaceDelta) => Promise<readonly string[]>
  /** A command line of the person's runs, or none does. */
  readonly busy: (isBusy: boolean) => void
  /** To the network, for one command line of the person's. */
  readonly fetch: () => NetworkFetch
  /** Where the agent's commands run, where that is not this sandbox. */
  readonly place: () => string | undefined
}

/** A person at the agent's shell: keys go to the command that runs, or to the shell between commands. */
export interface AgentKeyboard {
  /** @throws FailureError where there is no shell for persons */
  takeOver(): Promise<void>
  giveBack(): void
  /** @throws FailureError `not_permitted` when the shell was not taken over, or was lost since */
  input(text: string): void
  resize(size: TerminalSize): void
  /** What the person did since this was last asked, for the agent; nothing when they did nothing. */
  takeNote(): string
  /** Clears the prompt's row, where there is one. */
  rowStart(): string
}

/** What is told of a line; the agent needs to know, not to read a novel. */
const MOST_LINE = 500
const MOST_LINES = 20
const ERASE_ROW = '\r\u001b[K'

interface Taken {
  readonly shell: HandsTerminal
  readonly terminals: HandsTerminals
  readonly lease: LeaseId
  readonly over: AbortController
}

class TakenOver implements AgentKeyboard {
  readonly #options: AgentKeyboardOptions
  #size: TerminalSize = { columns: 80, rows: 24 }
  #taken: Taken | undefined
  #opening: Promise<void> | undefined
  /** The command line of the person's that runs: called when it ended. */
  #rest: (() => void) | undefined
  #lines: string[] = []
  #hasTyped = false
  #hasStopped = false
  /** Made at the first request of a command line: what was denied is denied until the next. */
  #fetch: NetworkFetch | undefined
  readonly #request: NetworkFetch = (request, how) => (this.#fetch ??= this.#options.fetch())(request, how)

  constructor(options: AgentKeyboardOptions) {
    this.#options = options
  }

  takeOver(): Promise<void> {
    if (this.#taken !== undefined) return Promise.resolve()
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined))
    return this.#opening
  }

  giveBack(): void {
    const taken = this.#taken
    if (taken === undefined) return
    this.#leave(taken)
    taken.shell.close()
    if (!this.#options.echo.isRunning) this.#options.echo.write(ERASE_ROW)
  }

  input(text: string): void {
    const { shell } = this.#taken ?? fail('not_permitted', 'You look on here; take over to type.')
    if (this.#options.echo.isRunning && text !== '') {
      if (text === '\u0003' || text === '\u001c') this.#hasStopped = true
      else this.#hasTyped = true
    }
    shell.input(text)
  }

  resize(size: TerminalSize): void {
    this.#size = size
    this.#taken?.shell.resize(size)
  }

  takeNote(): string {
    const did = [
      ...(this.#hasStopped ? ['pressed Ctrl-C while your command ran'] : []),
      ...(this.#hasTyped ? ['typed while your command ran'] : []),
      ...(this.#lines.length > 0 ? [`ran: ${this.#lines.map(shortened).join(' ⏎ ')}`] : []),
    ]
    this.#lines = []
    this.#hasTyped = false
    this.#hasStopped = false
    return did.length === 0 ? '' : `[The person took over this shell and ${did.join('; and ')}]`
  }

  rowStart(): string {
    return this.#taken === undefined ? '' : ERASE_ROW
  }

  async #open(): Promise<void> {
    const { hands, session, workspace, echo, place } = this.#options
    const elsewhere = place()
    if (elsewhere !== undefined) fail('unavailable', `The agent’s commands run in ${elsewhere}: its shell there cannot be taken over.`)
    await echo.begin()
    const terminals = hands.terminals ?? fail('unavailable', 'The agent’s shell cannot be taken over here.')
    const over = new AbortController()
    const { signal } = over
    const lease = await hands.provision(session, signal)
    echo.write(ERASE_ROW)
    const terminal = { shell: 'agent' as const, size: this.#size, history: [], ends: this.#ends(), fetch: this.#request }
    const shell = await terminals.open(lease, terminal, { signal, files: workspace.draft() })
    this.#taken = { shell, terminals, lease, over }
    shell.resize(this.#size)
  }

  #ends(): TerminalEnds {
    return {
      output: (text) => this.#options.echo.write(text),
      entered: (line) => {
        this.#fetch = undefined
        if (this.#lines.length < MOST_LINES) this.#lines.push(line)
      },
      state: ({ isBusy, cwd }) => {
        if (isBusy && this.#rest === undefined) this.#hold()
        if (isBusy) return
        this.#options.echo.cwd = cwd
        this.#rest?.()
      },
      lost: (failure) => this.#lost(failure),
    }
  }

  #leave({ over }: Taken): void {
    this.#taken = undefined
    this.#rest?.()
    over.abort()
  }

  #lost({ failure }: FailureError): void {
    if (this.#taken === undefined) return
    this.#leave(this.#taken)
    this.#options.echo.write(`\r\n${refusal(failure.message)}`)
  }

  /** While a command line of the person's runs the agent's wait; what it changed is durable before they go on. */
  #hold(): void {
    const taken = this.#taken
    if (taken === undefined) return
    const ended = new Promise<void>((resolve) => (this.#rest = resolve))
    this.#options.busy(true)
    // Not the signal of the person: what ran is looked at after they gave the shell back, too.
    const turn = this.#options.turns.turn(new AbortController().signal, async () => {
      await ended
      this.#rest = undefined
      this.#options.busy(false)
      await this.#sync(taken)
    })
    turn.catch((thrown: unknown) => {
      const { code, message } = failureOf(thrown)
      if (code !== 'sandbox_lost' && code !== 'aborted')
        this.#options.echo.write(`\r\n${refusal(`Files of this command were not taken into the workspace: ${message}`)}`)
    })
  }

  async #sync({ terminals, lease }: Taken): Promise<void> {
    const files = this.#options.workspace.draft()
    const { signal } = new AbortController()
    const refused = await terminals.sync(lease, { signal, files })
    await files.settle()
    const delta = files.delta()
    const lost = delta.length === 0 ? [] : await this.#options.keep(delta)
    const sentences = lost.length === 0 ? refused : [...refused, `Not taken, changed meanwhile: ${lost.join(', ')}`]
    if (sentences.length > 0) this.#options.echo.write(`\r\n${refusal(sentences.slice(0, 20).join('\r\n'))}`)
  }
}

const shortened = (line: string): string => (line.length > MOST_LINE ? `${line.slice(0, MOST_LINE)}…` : line)

/** See {@link AgentKeyboard}. */
export function createAgentKeyboard(options: AgentKeyboardOptions): AgentKeyboard {
  return new TakenOver(options)
}
