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
import type { TerminalText } from '../io/terminal-idb'
import { ANEW, refusal } from './echo-hands'

export interface PersonTerminalOptions {
  readonly session: SessionId
  readonly hands: Hands
  readonly workspace: Workspace
  /** What a person changed and what the agent's commands changed go into the workspace one after another. */
  readonly turns: ShellTurns
  /** What the screen showed. */
  readonly shown: TerminalText
  /** Command lines that were entered. */
  readonly typed: TerminalText
  readonly show: (text: string) => void
  readonly busy: (isBusy: boolean) => void
  /** Makes what a person's command changed durable; returns the paths that were not taken. */
  readonly keep: (delta: WorkspaceDelta) => Promise<readonly string[]>
  /** To the network, for one command line of the person's. */
  readonly fetch: () => NetworkFetch
}

/** A person's shell beside the agent's. Its first key opens it, and opens another when it was lost. */
export interface PersonTerminal {
  /** Resolves when the keys are with the shell. @throws FailureError where there is no shell for persons */
  input(text: string): Promise<void>
  resize(size: TerminalSize): void
  close(): void
}

/** Keys and pastes while the shell is being opened; nobody types more than this ahead. */
const MOST_AHEAD = 1000
const NOTE = '\u001b[2m'
const PLAIN = '\u001b[0m'
/** Goes back from another screen. Not from the usual one: the cursor would jump to where it last was kept, and write over what stands there. */
const BACK = '\u001b[?1049l'
const OTHER_SCREEN = /\u001b\[\?(?:1049|1047|47)([hl])/g

/** A turn that does not come sooner is a command of the agent's that runs on. */
const PATIENCE_MS = 1500
const WAITS = `\r\n${NOTE}[The agent’s command runs. What you change here is in Files when it ends, among its changes.]${PLAIN}\r\n`

interface Place extends HandsTerminals {
  readonly lease: LeaseId
}

class OwnTerminal implements PersonTerminal {
  readonly #options: PersonTerminalOptions
  readonly #over = new AbortController()
  readonly #unwatch: () => void
  #size: TerminalSize = { columns: 80, rows: 24 }
  #place: Place | undefined
  #shell: HandsTerminal | undefined
  #opening: Promise<void> | undefined
  /** Typed while it opens, in the pieces that it came in: a line end amid other text would be taken for pasted. */
  #ahead: string[] = []
  #isFirst = true
  /** Made at the first request of a command line: what was denied is denied until the next. */
  #fetch: NetworkFetch | undefined
  readonly #request: NetworkFetch = (request, how) => (this.#fetch ??= this.#options.fetch())(request, how)
  #isBusy = false
  #isOnOther = false
  /** Files are being brought in step; `again`: something changed since that began. */
  #syncing: 'no' | 'once' | 'again' = 'no'
  /** Set from the end of a command line until its files have their turn. */
  #patience: ReturnType<typeof setTimeout> | undefined

  constructor(options: PersonTerminalOptions) {
    this.#options = options
    this.#unwatch = options.workspace.watch(() => this.#sync())
  }

  async input(text: string): Promise<void> {
    if (this.#shell !== undefined) return this.#shell.input(text)
    if (this.#ahead.length < MOST_AHEAD && text !== '') this.#ahead.push(text)
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined))
    return this.#opening
  }

  resize(size: TerminalSize): void {
    this.#size = size
    this.#shell?.resize(size)
  }

  close(): void {
    this.#over.abort()
    this.#unwatch()
    this.#hasTurn()
    this.#shell?.close()
    this.#shell = undefined
    this.#busy(false)
  }

  #write(text: string): void {
    if (this.#over.signal.aborted) return
    this.#isOnOther = isOnOther(text, this.#isOnOther)
    this.#options.shown.append(text)
    this.#options.show(text)
  }

  #busy(isBusy: boolean): void {
    if (isBusy === this.#isBusy) return
    this.#isBusy = isBusy
    this.#options.busy(isBusy)
  }

  async #open(): Promise<void> {
    const { hands, session, workspace, shown, typed } = this.#options
    const { signal } = this.#over
    try {
      const before = this.#isFirst ? await shown.read() : ''
      if (before !== '') this.#write(`${isOnOther(before) ? BACK : ''}${ANEW}`)
      this.#isFirst = false
      const terminals = hands.terminals ?? fail('unavailable', 'There is no shell for a person here; only the agent runs commands.')
      const lease = await hands.provision(session, signal)
      const history = linesIn(await typed.read())
      const place: Place = { ...terminals, lease }
      const terminal = { shell: 'own' as const, size: this.#size, history, ends: this.#ends(), fetch: this.#request }
      const shell = await terminals.open(lease, terminal, { signal, files: workspace.draft() })
      if (signal.aborted) return shell.close()
      this.#place = place
      this.#shell = shell
      shell.resize(this.#size)
      for (const piece of this.#ahead) shell.input(piece)
      // It may have been open for the agent already, with files of a while ago.
      this.#sync()
    } finally {
      this.#ahead = []
    }
  }

  #ends(): TerminalEnds {
    return {
      output: (text) => this.#write(text),
      entered: (line) => {
        this.#fetch = undefined
        this.#options.typed.append(`${line.replaceAll('\n', '\0')}\n`)
      },
      state: ({ isBusy }) => {
        const ended = this.#isBusy && !isBusy
        this.#busy(isBusy)
        if (!ended) return
        void this.#options.shown.flush()
        this.#patience ??= setTimeout(() => this.#sayWaits(), PATIENCE_MS)
        this.#sync()
      },
      lost: (failure) => this.#lost(failure),
    }
  }

  #lost({ failure }: FailureError): void {
    this.#shell = undefined
    this.#busy(false)
    this.#hasTurn()
    this.#write(
      `${this.#isOnOther ? BACK : ''}${PLAIN}\u001b[?25h\r\n${refusal(failure.message)}${NOTE}[Press a key for a new shell.]${PLAIN}\r\n`,
    )
  }

  /** Said once, however many lines are run until the agent's command ends. */
  #sayWaits(): void {
    // What runs has the screen; its end is another occasion.
    if (this.#isBusy) return this.#hasTurn()
    this.#write(WAITS)
    this.#shell?.resize(this.#size)
  }

  #hasTurn(): void {
    clearTimeout(this.#patience)
    this.#patience = undefined
  }

  /** Brings the files of shell and workspace in step: at once, or again after the time that is under way. */
  #sync(): void {
    if (this.#shell === undefined || this.#place === undefined) return
    const isFree = this.#syncing === 'no'
    this.#syncing = isFree ? 'once' : 'again'
    if (isFree) void this.#syncRounds(this.#place)
  }

  async #syncRounds(place: Place): Promise<void> {
    do {
      this.#syncing = 'once'
      const told = await this.#options.turns
        .turn(this.#over.signal, () => this.#syncOnce(place))
        .catch((thrown: unknown) => {
          const failure = failureOf(thrown)
          // A sandbox that is gone was told where the shell showed; whoever closed this looks no more.
          if (failure.code === 'sandbox_lost' || failure.code === 'aborted') return ''
          return `Files of this shell were not taken into the workspace: ${failure.message}`
        })
      if (told !== '') this.#say(told)
    } while (this.#isAsked())
    this.#syncing = 'no'
  }

  #isAsked(): boolean {
    return this.#syncing === 'again' && this.#shell !== undefined
  }

  /** A sentence about what was not taken, or nothing. */
  async #syncOnce(place: Place): Promise<string> {
    this.#hasTurn()
    const files = this.#options.workspace.draft()
    const refused = await place.sync(place.lease, { signal: this.#over.signal, files })
    await files.settle()
    const delta = files.delta()
    const lost = delta.length === 0 ? [] : await this.#options.keep(delta)
    if (lost.length > 0) this.#syncing = 'again'
    const sentences = lost.length === 0 ? refused : [...refused, `Not taken, changed meanwhile: ${lost.join(', ')}`]
    return sentences.slice(0, 20).join('\r\n')
  }

  /** Above the prompt, which is drawn again below. */
  #say(text: string): void {
    this.#write(`\r\n${refusal(text)}`)
    this.#shell?.resize(this.#size)
  }
}

/** Whether a screen shows its other side after this text. */
function isOnOther(text: string, was = false): boolean {
  const last = [...text.matchAll(OTHER_SCREEN)].at(-1)
  return last === undefined ? was : last[1] === 'h'
}

function linesIn(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replaceAll('\0', '\n'))
}

/** See {@link PersonTerminal}. */
export function createPersonTerminal(options: PersonTerminalOptions): PersonTerminal {
  return new OwnTerminal(options)
}
