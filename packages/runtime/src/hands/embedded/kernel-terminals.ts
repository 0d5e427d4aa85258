import type { Net } from '../../shell/net'
import { Shell } from '../../shell/shell'
import type { System } from '../../shell/system'
import { Device, type OpenFile } from '../../shell/streams/open-file'
import { TerminalSession } from '../../shell/terminal/terminal-session'
import { MAX_INPUT, type FromKernel, type ToKernel } from './messages'
import { ROOT } from './root'
import { SHELL_ENV } from './shell'
import { placeCommands, placeRoot } from './system'

type Message = Extract<ToKernel, { type: `terminal.${string}` }>

/** Whether a message of the host is for {@link KernelTerminals}. */
export function isForTerminals(message: ToKernel): message is Message {
  return message.type.startsWith('terminal.')
}

/** So much text goes to the host in one frame; whoever writes faster waits. A screen takes about as much. */
const FRAME_TEXT = 65_536
const FRAME_MS = 33
/** Nobody looks at more screens than this at once. */
const MOST_TERMINALS = 8

/** What the kernel lends its terminals. */
export interface TerminalParts {
  post(message: FromKernel): void
  /** Tells the host now and then that a busy kernel lives. */
  alive(): void
  /** The agent's shell. */
  readonly agent: Shell
  /** The way to the network of what a person runs there. */
  readonly takenNet: Net
  /** After what the agent runs, and before what it runs next. */
  inTurn(run: () => Promise<void>): Promise<void>
}

/** Shells with a person at them, beside the agent's, on the same files and processes. */
export class KernelTerminals {
  readonly #system: System
  readonly #post: (message: FromKernel) => void
  readonly #parts: TerminalParts
  readonly #sessions = new Map<number, TerminalSession>()
  /** The terminal that took over the agent's shell. */
  #taken: { readonly id: number; readonly session: TerminalSession; flush(): void } | undefined
  #agentRuns = 0
  /** What the agent's commands read: nothing, unless a person took over before they read. */
  readonly agentInput: OpenFile = new Device({
    read: (max, waiter) => this.#taken?.session.keyboard.read(max, waiter) ?? Promise.resolve(undefined),
    giveBack: (bytes) => this.#taken?.session.keyboard.giveBack?.(bytes),
  })

  constructor(system: System, parts: TerminalParts) {
    // The agent's limits end the agent's commands: a person's shell has none, and Ctrl-C.
    this.#system = { ...system, tick: () => parts.alive() }
    this.#post = (message) => parts.post(message)
    this.#parts = parts
  }

  /** A command of the agent's came: from here on keys are for it. */
  agentBegins(): void {
    this.#agentRuns += 1
    this.#taken?.session.stepAside()
  }

  /** What was echoed while a command of the agent's ran goes out before its end does. */
  flush(): void {
    this.#taken?.flush()
  }

  agentEnded(): void {
    this.#agentRuns -= 1
    if (this.#agentRuns === 0) this.#taken?.session.comeBack()
  }

  take(message: Message): void {
    const { id } = message
    const session = this.#sessions.get(id)
    if (message.type === 'terminal.open') {
      if (session === undefined && this.#sessions.size < MOST_TERMINALS) this.#open(message)
    } else if (message.type === 'terminal.input') session?.input(message.text)
    else if (message.type === 'terminal.resize') session?.resize(message.columns, message.rows)
    else {
      this.#sessions.delete(id)
      if (this.#taken?.id === id) this.#taken = undefined
      session?.close()
    }
  }

  #open({ id, shell, columns, rows, history }: Extract<Message, { type: 'terminal.open' }>): void {
    const system = this.#system
    const screen = paced((text) => this.#post({ type: 'terminal.output', id, text }))
    const isAgents = shell === 'agent'
    if (isAgents && this.#taken !== undefined) return
    const session = new TerminalSession({
      columns,
      rows,
      history,
      // What is longer than a message may be is remembered by this shell alone.
      entered: (line) => line.length <= MAX_INPUT && this.#post({ type: 'terminal.entered', id, line }),
      show: (text) => screen.show(text),
      changed: ({ isBusy, cwd }) => {
        // What the person did to the folders of commands must not reach the agent's next command.
        if (!isBusy) {
          placeCommands(system)
          const note = placeRoot(system)
          if (note !== '') void screen.show(note.replace('\n', '\r\n'))
        }
        screen.flush()
        this.#post({ type: 'terminal.state', id, isBusy, cwd })
      },
      openShell: () =>
        isAgents
          ? this.#parts.agent
          : new Shell({ system, cwd: ROOT, env: new Map(Object.entries({ ...SHELL_ENV, TERM: 'xterm-256color' })), isInteractive: true }),
      ...(isAgents && { inTurn: (run: () => Promise<void>) => this.#parts.inTurn(run), net: this.#parts.takenNet }),
    })
    this.#sessions.set(id, session)
    if (!isAgents) return
    this.#taken = { id, session, flush: () => screen.flush() }
    if (this.#agentRuns > 0) session.stepAside()
  }
}

interface Paced {
  /** Ends when there is room for more. */
  show(text: string): Promise<void>
  flush(): void
}

/** Text goes on at once, and what follows within a frame goes together; a writer that is faster than a screen waits for the next frame. */
function paced(post: (text: string) => void): Paced {
  let waiting = ''
  let frame: Promise<void> | undefined
  const flush = (): void => {
    const text = waiting
    waiting = ''
    for (let at = 0; at < text.length; at += FRAME_TEXT) post(text.slice(at, at + FRAME_TEXT))
  }
  const nextFrame = (): Promise<void> =>
    new Promise((resolve) => {
      setTimeout(() => {
        frame = waiting === '' ? undefined : nextFrame()
        flush()
        resolve()
      }, FRAME_MS)
    })
  return {
    flush,
    show: (text) => {
      waiting += text
      if (frame === undefined) flush()
      frame ??= nextFrame()
      return waiting.length > FRAME_TEXT ? frame : Promise.resolve()
    },
  }
}
