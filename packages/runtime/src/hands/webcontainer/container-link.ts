import { FailureError, failureOf, FROM_CONTAINER, type ContainerFile, type FromContainer, type ToContainer } from '@tabwright/protocol'

/** Which program, with its words; `cwd` from the working directory. */
export interface ContainerProgram {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
}

/** A program that runs there. */
export interface ContainerProcess {
  /** Code of its end. @throws FailureError where it did not start, or the container was lost */
  readonly ended: Promise<number>
  type(text: string): void
  kill(): void
}

interface Waiting {
  readonly answered: (message: FromContainer) => void
  readonly failed: (thrown: FailureError) => void
}

/** The worker's end of the page's WebContainer. */
export class ContainerLink {
  /** Where its working directory is, for programs in it. */
  readonly workdir: string
  readonly #port: MessagePort
  readonly #waiting = new Map<number, Waiting>()
  #last = 0
  #lost: FailureError | undefined
  #ports: readonly number[] = []
  readonly #watchers = new Set<() => void>()

  constructor(port: MessagePort, workdir: string) {
    this.#port = port
    this.workdir = workdir
    port.addEventListener('message', (event: MessageEvent<unknown>) => this.#take(event.data))
    port.start()
  }

  get isLost(): boolean {
    return this.#lost !== undefined
  }

  /** Where programs there listen, ascending. */
  get ports(): readonly number[] {
    return this.#ports
  }

  /** `changed` is called whenever {@link ports} are others, for the last time when the container is lost. */
  watchPorts(changed: () => void): void {
    this.#watchers.add(changed)
  }

  /** @throws FailureError */
  async write(removed: readonly string[], files: readonly ContainerFile[]): Promise<void> {
    await this.#ask((id) => ({ type: 'write', id, removed: [...removed], files: [...files] }))
  }

  /** @param excludes globs. @throws FailureError */
  async read(excludes: readonly string[]): Promise<readonly ContainerFile[]> {
    const answer = await this.#ask((id) => ({ type: 'read', id, excludes: [...excludes] }))
    return answer.type === 'files' ? answer.files : this.#break()
  }

  /** @param output takes a piece; the next comes when it resolves */
  spawn({ command, args, cwd }: ContainerProgram, output: (text: string) => Promise<void>): ContainerProcess {
    const id = ++this.#last
    const taken = (text: string): void => {
      output(text).then(
        () => this.#post({ type: 'took', id }),
        (thrown: unknown) => {
          this.#post({ type: 'kill', id })
          this.#waiting.get(id)?.failed(new FailureError(failureOf(thrown)))
          this.#waiting.delete(id)
        },
      )
    }
    const ended = new Promise<number>((resolve, reject) => {
      if (this.#lost !== undefined) return reject(this.#lost)
      this.#waiting.set(id, {
        answered: (message) => {
          if (message.type === 'output') return taken(message.text)
          this.#waiting.delete(id)
          if (message.type === 'ended') resolve(message.code)
          else this.#break()
        },
        failed: reject,
      })
      this.#post({ type: 'spawn', id, command, args: [...args], ...(cwd !== undefined && { cwd }) })
    })
    return {
      ended,
      type: (text) => this.#post({ type: 'input', id, text }),
      kill: () => this.#post({ type: 'kill', id }),
    }
  }

  /** Whoever waits gets `failure`. */
  lose(failure: FailureError): void {
    if (this.#lost !== undefined) return
    this.#lost = failure
    this.#port.close()
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { failed } of waiting) failed(failure)
    this.#portsAre([])
  }

  #portsAre(ports: readonly number[]): void {
    this.#ports = ports
    for (const changed of this.#watchers) changed()
  }

  #ask(make: (id: number) => ToContainer): Promise<FromContainer> {
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      if (this.#lost !== undefined) return reject(this.#lost)
      this.#waiting.set(id, {
        answered: (message) => {
          this.#waiting.delete(id)
          resolve(message)
        },
        failed: reject,
      })
      this.#post(make(id))
    })
  }

  #post(message: ToContainer): void {
    if (this.#lost === undefined) this.#port.postMessage(message)
  }

  #break(): never {
    const failure = new FailureError({
      code: 'unavailable',
      message: 'WebContainers answered something that is no answer, and is not used any more. Choose it again to start it anew.',
    })
    this.lose(failure)
    throw failure
  }

  #take(data: unknown): void {
    const read = FROM_CONTAINER.safeParse(data)
    if (!read.success) {
      this.lose(new FailureError({ code: 'unavailable', message: 'WebContainers said something that is not in the table of messages.' }))
      return
    }
    const message = read.data
    if (message.type === 'gone') return this.lose(new FailureError({ code: 'unavailable', message: message.message }))
    if (message.type === 'ports') return this.#portsAre(message.ports)
    const waiting = this.#waiting.get(message.id)
    if (message.type !== 'problem') return waiting?.answered(message)
    this.#waiting.delete(message.id)
    waiting?.failed(new FailureError({ code: 'unavailable', message: `WebContainers: ${message.message}` }))
  }
}
