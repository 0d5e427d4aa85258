import { fail, FailureError, type SessionId } from '@tabwright/protocol'
import * as z from 'zod/mini'
import { fromFrame, fromKernel, type FromKernel, type ToFrame, type ToKernel } from './messages'

/** A locked frame: the port that it was connected with, and how to throw it away. */
export interface KernelFrame {
  readonly port: MessagePort
  close(): void
}

/** What the page and the server give. */
export interface EmbeddedOptions {
  /** Puts up a new frame for a session. */
  openFrame(session: SessionId): Promise<KernelFrame>
  /** The texts of the kernel and the process worker. */
  bundles(): Promise<{ readonly kernel: string; readonly process: string }>
}

export type KernelDone = Extract<FromKernel, { type: 'done' }>

/** One command line on its way. */
export interface KernelRun {
  readonly message: Extract<ToKernel, { type: 'run' }>
  readonly signal: AbortSignal
  output(stream: 'stdout' | 'stderr', text: string): void
}

const BOOT_MS = 30_000
const TICK_MS = 250
const SILENT_MS = 2000
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

  private constructor(frame: KernelFrame, port: MessagePort) {
    this.#frame = frame
    this.#port = port
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
    const link = new KernelLink(frame, channel.port1)
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

  /** Throws the frame away; whoever waits gets `failure`. */
  drop(failure: FailureError): void {
    if (this.#failure !== undefined) return
    this.#failure = failure
    this.#port.close()
    this.#frame.close()
    this.#onLost(failure)
  }

  close(): void {
    this.drop(lost('was released'))
  }

  /**
   * Runs one command line; the caller sees to it that there is only one.
   * @throws FailureError `sandbox_lost`, or `aborted` when a cancel had to take the sandbox along
   */
  run(run: KernelRun): Promise<KernelDone> {
    const { id, timeoutMs } = run.message
    const stops: (() => void)[] = []
    const done = new Promise<KernelDone>((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure)
      let silentFor = 0
      let last = performance.now()
      this.#onLost = reject
      this.#onMessage = (message) => {
        silentFor = 0
        if (message.type === 'output' && message.id === id) run.output(message.stream, message.text)
        if (message.type === 'done' && message.id === id) resolve(message)
      }
      const ticker = setInterval(() => {
        const now = performance.now()
        // A tick counts for little however late it comes: after the machine slept, silence was nobody's fault.
        silentFor += Math.min(now - last, TICK_MS * 2)
        last = now
        if (silentFor > SILENT_MS) this.drop(lost(`gave no sign of life for ${SILENT_MS / 1000} s`))
        else this.#send({ type: 'ping' })
      }, TICK_MS)
      const limit = setTimeout(() => this.drop(lost(`did not end the command at its limit of ${timeoutMs / 1000} s`)), timeoutMs + GRACE_MS)
      stops.push(
        () => clearInterval(ticker),
        () => clearTimeout(limit),
        this.#cancelWith(run.signal, id),
      )
      this.#send(run.message)
    })
    return done.finally(() => {
      for (const stop of stops) stop()
      this.#onLost = () => undefined
      this.#onMessage = () => undefined
    })
  }

  /** Passes a cancel on: as a message to a kernel that waits, as a flag to one that is busy, by dropping the frame to one that does not react. */
  #cancelWith(signal: AbortSignal, id: number): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined
    const cancel = (): void => {
      this.#send({ type: 'cancel', id })
      const interrupt: ToFrame = { type: 'interrupt' }
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

  #send(message: ToKernel): void {
    if (this.#failure === undefined) this.#port.postMessage(message)
  }

  #kernelSays(data: unknown): void {
    const parsed = z.safeParse(fromKernel, data)
    if (parsed.success) this.#onMessage(parsed.data)
    else this.drop(lost('sent a message that is not in the table'))
  }

  #frameSays(data: unknown): void {
    const parsed = z.safeParse(fromFrame, data)
    if (!parsed.success) this.drop(lost('sent a message that is not in the table'))
    else if (parsed.data.type === 'broken') this.drop(lost(`broke (${parsed.data.message})`))
  }
}

/** @throws FailureError `aborted` */
export function refuseAborted(signal: AbortSignal): void {
  if (signal.aborted) fail('aborted', 'The command was stopped before it began.')
}
