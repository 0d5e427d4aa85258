import { bound, leaveContext } from './contexts'

/** The event loop's book: what keeps a program alive, and the order of ticks and timers. */
export class Loop {
  #held = 0
  #ticks: (() => void)[] = []
  readonly #channel = new MessageChannel()
  #soon: (() => void)[] = []
  #isChecking = false
  /** Called when nothing is left to wait for. */
  onIdle: () => void = () => undefined
  /** Called with what a callback threw. */
  onError: (thrown: unknown) => void = () => undefined

  constructor() {
    this.#channel.port1.addEventListener('message', () => {
      const due = this.#soon
      this.#soon = []
      for (const run of due) run()
    })
    this.#channel.port1.start()
  }

  /** Keeps the program alive until the returned function is called. */
  hold(): () => void {
    this.#held++
    let isOpen = true
    return () => {
      if (!isOpen) return
      isOpen = false
      this.#held--
      this.check()
    }
  }

  /** Ends the program once nothing holds it, after whatever promises still had to say. */
  check(): void {
    if (this.#isChecking || this.#held > 0) return
    this.#isChecking = true
    // Two rounds: the first lets promises run, the second what they started.
    this.#later(() =>
      this.#later(() => {
        this.#isChecking = false
        if (this.#held === 0) this.onIdle()
      }),
    )
  }

  /** Runs a callback of the program as the platform would: errors go to the program's end, ticks run right after. */
  enter(callback: () => void): void {
    leaveContext()
    try {
      callback()
    } catch (thrown) {
      this.onError(thrown)
    }
    this.drainTicks()
  }

  tick(callback: () => void): void {
    this.#ticks.push(bound(callback))
    if (this.#ticks.length === 1) queueMicrotask(() => this.drainTicks())
  }

  drainTicks(): void {
    while (this.#ticks.length > 0) {
      const due = this.#ticks
      this.#ticks = []
      for (const run of due) {
        try {
          run()
        } catch (thrown) {
          this.onError(thrown)
        }
      }
    }
  }

  /** A macrotask that holds the program until it ran: how every asynchronous operation completes. */
  complete(callback: () => void): () => void {
    const release = this.hold()
    const call = bound(callback)
    let isCalledOff = false
    this.#later(() => {
      if (!isCalledOff) this.enter(call)
      release()
    })
    return () => {
      isCalledOff = true
      release()
    }
  }

  #later(run: () => void): void {
    this.#soon.push(run)
    if (this.#soon.length === 1) this.#channel.port2.postMessage(0)
  }
}
