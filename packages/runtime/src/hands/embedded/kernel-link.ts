import {
  fail,
  FailureError,
  personLine,
  type GitPerson,
  type NetworkFetch,
  type OpenTerminal,
  type PortAnswer,
  type PortRequest,
  type SessionId,
  type TerminalEnds,
  type TerminalSize,
} from '@tabwright/protocol'
import * as z from 'zod/mini'
import { AwayDesk, type AwayFiles } from './away/away-desk'
import { isAway } from './away/kernel-away'
import { CommandLimit } from './command-limit'
import type { EmbeddedOptions, KernelFrame } from './embedded-options'
import { KernelWatch } from './kernel-watch'
import { isPortAnswering } from './ports/port-messages'
import { PortDesk } from './ports/port-desk'
import { FetchDesk, isFetchSaid } from './fetch-desk'
import { ProgramDesk } from './program-desk'
import {
  fetcherOf,
  fromFrame,
  fromKernel,
  MAX_HISTORY,
  MAX_INPUT,
  TERMINAL_FETCHES,
  type FromKernel,
  type ToFrame,
  type ToKernel,
} from './messages'

export type KernelDone = Extract<FromKernel, { type: 'done' }>

/** One command line on its way. */
export interface KernelRun {
  readonly message: Extract<ToKernel, { type: 'run' | 'sync' }>
  readonly signal: AbortSignal
  output(stream: 'stdout' | 'stderr', text: string): void
  /** For whoever looks on, beside the output. */
  show(text: string): void
  /** The way to the network, past the gate. */
  readonly fetch: NetworkFetch | undefined
  /** Its files, for programs that run elsewhere. */
  readonly away?: AwayFiles
}

/** A look at the files is short however many there are. */
const SYNC_MS = 60_000
const BOOT_MS = 30_000
// More messages than this from one ping to the next are no kernel of ours: it gathers what it has to say.
const MAX_MESSAGES = 5000
// How often the kernel is told that its output was taken: well within what it may be ahead.
const HEARD_AT = 250_000
// From a cancel to the end of whatever it cancels.
const CANCEL_MS = 180
// What the kernel gets beyond its own limit to end a command itself.
const GRACE_MS = 3000

const KEPT =
  'The workspace is as the last finished command left it; what this one had changed is gone. A new sandbox starts with the next command.'

const lost = (why: string): FailureError =>
  new FailureError({ code: 'sandbox_lost', message: `The sandbox ${why} and was thrown away. ${KEPT}` })

/** A running kernel in its frame. Once it is lost it stays lost: a new link is opened for the next command. */
export class KernelLink {
  readonly #frame: KernelFrame
  readonly #port: MessagePort
  #onMessage: (message: FromKernel) => void = () => undefined
  #onLost: (failure: FailureError) => void = () => undefined
  #failure: FailureError | undefined
  /** Persons' are open however long they sit there. */
  readonly #desks: Readonly<Record<'command' | 'own' | 'agent', FetchDesk>>
  /** Requests to programs in the sandbox. */
  readonly #ports = new PortDesk(
    (message) => this.#send(message),
    () => this.#watch.begin(),
  )
  #listening: readonly number[] = []
  /** Called whenever {@link KernelLink.listening} changed. */
  onPorts: () => void = () => undefined
  readonly #programs: ProgramDesk
  readonly #away: AwayDesk | undefined
  /** What the command that runs shows and how its time stands still. */
  #running: { show(text: string): void; readonly limit: CommandLimit } | undefined
  #person: GitPerson = { name: '', email: '' }
  readonly #terminals = new Map<number, TerminalEnds>()
  /** Terminals that run something or have not answered yet, and the end of the watch over each. */
  readonly #busy = new Map<number, () => void>()
  readonly #watch = new KernelWatch({
    ping: () => this.#ping(),
    silent: (seconds) => this.drop(lost(`gave no sign of life for ${seconds} s`)),
  })
  /** Messages since the last ping. A flood keeps the pings away, too. */
  #messages = 0

  private constructor(frame: KernelFrame, port: MessagePort, { packages, python, bundler, elsewhere }: EmbeddedOptions) {
    this.#frame = frame
    this.#port = port
    const openDesk = (after: number): FetchDesk =>
      new FetchDesk({
        tell: (message, handed) => this.#send(message, handed),
        broken: (what) => this.drop(lost(what)),
        packages,
        after,
      })
    this.#desks = { command: openDesk(0), own: openDesk(TERMINAL_FETCHES.own), agent: openDesk(TERMINAL_FETCHES.agent) }
    this.#programs = new ProgramDesk({
      packs: { python, bundler },
      tell: (message, handed) => this.#send(message, handed),
      show: (text) => this.#show(text),
      loading: (isLoading) => (isLoading ? this.#running?.limit.pause() : this.#running?.limit.resume()),
    })
    this.#away = elsewhere && new AwayDesk(elsewhere, (message, handed) => this.#send(message, handed))
    frame.port.addEventListener('message', (event: MessageEvent<unknown>) => this.#frameSays(event.data))
    frame.port.start()
    port.addEventListener('message', (event: MessageEvent<unknown>) => this.#kernelSays(event.data))
    port.addEventListener('messageerror', () => this.drop(lost('sent something unreadable')))
    port.start()
  }

  /** @throws FailureError `sandbox_lost` when it does not come up within 30 s */
  static async open(options: EmbeddedOptions, session: SessionId): Promise<KernelLink> {
    const [bundles, frame] = await Promise.all([options.bundles(), options.openFrame(session)])
    const channel = new MessageChannel()
    const link = new KernelLink(frame, channel.port1, options)
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () =>
          link.drop(
            new FailureError({ code: 'sandbox_lost', message: `The sandbox did not start within ${BOOT_MS / 1000} s. Nothing was run.` }),
          ),
        BOOT_MS,
      )
      link.#onLost = (failure) => {
        clearTimeout(timer)
        reject(failure)
      }
      link.#onMessage = (message) => {
        if (message.type !== 'ready') return
        clearTimeout(timer)
        link.#away?.greet()
        resolve()
      }
      const boot: ToFrame = { type: 'boot', ...bundles }
      frame.port.postMessage(boot, [channel.port2])
    })
    return link
  }

  get isLost(): boolean {
    return this.#failure !== undefined
  }

  /** Ports on which programs of the sandbox listen. */
  get listening(): readonly number[] {
    return this.#listening
  }

  /** @throws FailureError */
  async request(request: PortRequest, signal: AbortSignal): Promise<PortAnswer> {
    if (this.#failure !== undefined) throw this.#failure
    return this.#ports.request(request, signal)
  }

  /** Throws the frame away; whoever waits gets `failure`. */
  drop(failure: FailureError): void {
    if (this.#failure !== undefined) return
    this.#failure = failure
    this.#port.close()
    this.#frame.close()
    for (const desk of [...Object.values(this.#desks), this.#away]) desk?.end()
    this.#ports.lost(failure)
    this.#portsAre([])
    this.#watch.end()
    const terminals = [...this.#terminals.values()]
    this.#terminals.clear()
    this.#busy.clear()
    this.#onLost(failure)
    for (const ends of terminals) ends.lost(failure)
  }

  /** Tells the kernel who commits, where that is not what it was told before. */
  tellPerson(given: GitPerson): void {
    const person = { name: personLine(given.name), email: personLine(given.email) }
    if (person.name === this.#person.name && person.email === this.#person.email) return
    this.#person = person
    this.#send({ type: 'person', ...person })
  }

  /** Before anything runs. */
  plant(decoy: string): void {
    this.#send({ type: 'decoy', value: decoy })
  }

  close(): void {
    this.drop(lost('was released'))
  }

  /**
   * Runs one command line; the caller sees to it that there is only one.
   * @throws FailureError `sandbox_lost`, or `aborted` when a cancel had to take the sandbox along
   */
  run(run: KernelRun): Promise<KernelDone> {
    const { id } = run.message
    const timeoutMs = run.message.type === 'run' ? run.message.timeoutMs : SYNC_MS
    const stops: (() => void)[] = []
    const done = new Promise<KernelDone>((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure)
      let heard = 0
      this.#onLost = reject
      this.#onMessage = (message) => {
        if (message.type === 'output') {
          if (message.id === id) run.output(message.stream, message.text)
          heard += message.text.length
        }
        if (heard >= HEARD_AT) {
          this.#send({ type: 'heard', characters: heard })
          heard = 0
        }
        if (message.type === 'done' && message.id === id) resolve(message)
      }
      const limit = new CommandLimit(timeoutMs + GRACE_MS, () =>
        this.drop(lost(`did not end the command at its limit of ${timeoutMs / 1000} s`)),
      )
      this.#running = { show: (text) => run.show(text), limit }
      this.#desks.command.begin(run.fetch, (isAsking) => (isAsking ? limit.pause() : limit.resume()))
      stops.push(
        this.#watch.begin(),
        () => limit.clear(),
        () => this.#desks.command.end(),
        this.#cancelWith(run.signal, id),
      )
      if (run.away) this.#away?.begin(run.away)
      this.#messages = 0
      this.#send(run.message)
    })
    return done.finally(() => {
      for (const stop of stops) stop()
      this.#onLost = () => undefined
      this.#onMessage = () => undefined
      this.#running = undefined
    })
  }

  /** What programs elsewhere did is in the files too. @throws what their place was lost with */
  async settle(): Promise<void> {
    await this.#away?.settle()
  }

  /** Opens a shell for a person. Its messages come until it is closed or the kernel is lost. */
  openTerminal({ id, shell, size, history, fetch }: { readonly id: number } & Omit<OpenTerminal, 'ends'>, ends: TerminalEnds): void {
    if (this.#failure !== undefined) return ends.lost(this.#failure)
    this.#terminals.set(id, ends)
    if (fetch !== undefined) this.#desks[shell].begin(fetch, () => undefined)
    this.#expectState(id)
    const fitting = history.slice(-MAX_HISTORY).filter((line) => line.length <= MAX_INPUT)
    this.#send({ type: 'terminal.open', id, shell, ...size, history: fitting })
  }

  /** Keys of a person, at most `MAX_INPUT` at once. A kernel that falls silent over them is lost. */
  typeInto(id: number, text: string): void {
    if (!this.#terminals.has(id)) return
    this.#expectState(id)
    this.#send({ type: 'terminal.input', id, text })
  }

  resizeTerminal(id: number, size: TerminalSize): void {
    if (this.#terminals.has(id)) this.#send({ type: 'terminal.resize', id, ...size })
  }

  closeTerminal(id: number): void {
    if (!this.#terminals.delete(id)) return
    this.#atRest(id)
    this.#send({ type: 'terminal.close', id })
  }

  #expectState(id: number): void {
    if (!this.#busy.has(id)) this.#busy.set(id, this.#watch.begin())
  }

  #atRest(id: number): void {
    this.#busy.get(id)?.()
    this.#busy.delete(id)
  }

  #portsAre(ports: readonly number[]): void {
    if (ports.length === 0 && this.#listening.length === 0) return
    this.#listening = ports
    this.onPorts()
  }

  #terminalSays(message: Extract<FromKernel, { type: `terminal.${string}` }>): void {
    const ends = this.#terminals.get(message.id)
    if (message.type === 'terminal.output') return ends?.output(message.text)
    if (message.type === 'terminal.entered') return ends?.entered(message.line)
    if (!message.isBusy) this.#atRest(message.id)
    ends?.state({ isBusy: message.isBusy, cwd: message.cwd })
  }

  /** Passes a cancel on: as a message to a kernel that waits, as a flag to one that is busy, by dropping the frame to one that does not react. */
  #cancelWith(signal: AbortSignal, id: number): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined
    const cancel = (): void => {
      this.#send({ type: 'cancel', id })
      const interrupt: ToFrame = { type: 'interrupt', id }
      this.#frame.port.postMessage(interrupt)
      const message = `The command was stopped. It did not let go, so the sandbox was thrown away with it. ${KEPT}`
      timer = setTimeout(() => this.drop(new FailureError({ code: 'aborted', message })), CANCEL_MS)
    }
    if (signal.aborted) cancel()
    else signal.addEventListener('abort', cancel, { once: true })
    return () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
    }
  }

  #ping(): void {
    this.#messages = 0
    this.#send({ type: 'ping' })
    const ping: ToFrame = { type: 'ping' }
    this.#frame.port.postMessage(ping)
  }

  #send(message: ToKernel, handed: readonly ArrayBuffer[] = 'packs' in message ? message.packs : []): void {
    if (this.#failure === undefined) this.#port.postMessage(message, [...handed])
  }

  #kernelSays(data: unknown): void {
    // What was on its way when the frame went.
    if (this.#failure !== undefined) return
    this.#messages += 1
    if (this.#messages > MAX_MESSAGES) return this.drop(lost('sent more messages than anyone can take'))
    this.#watch.kernelHeard()
    const parsed = z.safeParse(fromKernel, data)
    if (!parsed.success) return this.drop(lost('sent a message that is not in the table'))
    const message = parsed.data
    if (message.type === 'starting') this.#watch.kernelStarts()
    else if (message.type === 'load') void this.#programs.load(message.program)
    else if (isFetchSaid(message)) this.#desks[fetcherOf(message.id)].take(message)
    else if (message.type === 'terminal.output' || message.type === 'terminal.state' || message.type === 'terminal.entered')
      this.#terminalSays(message)
    else if (isPortAnswering(message)) this.#ports.take(message)
    else if (isAway(message)) this.#away?.take(message)
    else if (message.type === 'port.list') this.#portsAre(message.ports)
    else this.#onMessage(message)
  }

  /** To the command that runs and to every terminal in which something does: who asked is not known here. */
  #show(text: string): void {
    this.#running?.show(text)
    for (const id of this.#busy.keys()) this.#terminals.get(id)?.output(text.replaceAll('\n', '\r\n'))
  }

  #frameSays(data: unknown): void {
    const parsed = z.safeParse(fromFrame, data)
    if (!parsed.success) this.drop(lost('sent a message that is not in the table'))
    else if (parsed.data.type === 'alive') this.#watch.pageHeard()
    else if (parsed.data.type === 'broken') this.drop(lost(`broke (${parsed.data.message})`))
  }
}

/** @throws FailureError `aborted` */
export function refuseAborted(signal: AbortSignal): void {
  if (signal.aborted) fail('aborted', 'The command was stopped before it began.')
}
