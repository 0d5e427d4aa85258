import { Process } from '../processes/process'
import type { Signal } from '../signals'
import { Device, type OpenFile } from '../streams/open-file'
import { bytesOf, joined } from '../text'
import { cellWidth } from './cell-layout'

/** What a terminal is connected to. */
export interface TerminalEnds {
  /** Text for the screen, line ends as a screen wants them. Ends when there is room for more. */
  show(text: string): Promise<void>
  /** A key that stands for a signal. */
  signal(signal: Signal): void
  /** Process groups that may read; all others are stopped when they try. */
  foreground(): readonly number[]
}

/** A line that is typed may be this long, as on Linux. */
const MOST_LINE = 4096
/** Lines that were typed ahead and that nobody read. */
const MOST_AHEAD = 65_536

const SIGNALS: Readonly<Record<string, Signal>> = { '\x03': 'INT', '\x1a': 'TSTP', '\x1c': 'QUIT' }

/**
 * A pseudo-terminal: programs read whole lines from it while the person still can correct the one being typed.
 * It echoes, and turns keys into signals. What programs write gets line ends that a screen wants.
 */
export class PseudoTerminal {
  readonly file: OpenFile
  readonly #ends: TerminalEnds
  readonly #decoder = new TextDecoder()
  /** Being typed. */
  #line = ''
  /** Whole lines, and pieces that were pushed with Ctrl-D; an empty one is an end of input. */
  #ready: Uint8Array[] = []
  #ahead = 0
  #waiting: (() => void)[] = []
  #isClosed = false

  constructor(ends: TerminalEnds) {
    this.#ends = ends
    this.file = new Device({
      isTerminal: true,
      read: (max, waiter) => this.#read(max, waiter),
      write: (bytes) => this.#write(bytes),
      giveBack: (bytes) => this.#giveBack(bytes),
    })
  }

  /** Keys while a program runs. */
  type(text: string): void {
    for (const key of text) {
      const echo = this.#press(key)
      // Nobody waits for an echo: the person types slower than it shows.
      if (echo !== '') void this.#ends.show(echo)
    }
  }

  /** Nobody types any more: whoever reads finds the end. */
  close(): void {
    this.#isClosed = true
    this.#wake()
  }

  /** What was typed and read by nobody. */
  takeAhead(): string {
    const text = new TextDecoder().decode(joined(this.#ready)) + this.#line
    this.#ready = []
    this.#line = ''
    this.#ahead = 0
    return text
  }

  #press(key: string): string {
    const signal = SIGNALS[key]
    if (signal !== undefined) {
      this.takeAhead()
      void this.#ends.show(caret(key))
      this.#ends.signal(signal)
      return ''
    }
    if (key === '\r' || key === '\n') return this.#push('\n', '\r\n')
    if (key === '\x04') return this.#push('', '')
    if (key === '\x7f' || key === '\x08') return this.#erase([...this.#line].slice(-1).join(''))
    if (key === '\x15') return this.#erase(this.#line)
    if (key === '\x17') return this.#erase(/\S*\s*$/u.exec(this.#line)?.[0] ?? '')
    if (this.#line.length >= MOST_LINE) return '\x07'
    this.#line += key
    return key === '\t' ? key : isControl(key) ? caret(key) : key
  }

  #push(end: string, echo: string): string {
    if (this.#ahead + this.#line.length > MOST_AHEAD) return '\x07'
    const bytes = bytesOf(this.#line + end)
    this.#ready.push(bytes)
    this.#ahead += bytes.length
    this.#line = ''
    this.#wake()
    return echo
  }

  #erase(text: string): string {
    if (text === '') return ''
    this.#line = this.#line.slice(0, this.#line.length - text.length)
    const cells = [...text].reduce((sum, key) => sum + (isControl(key) ? 2 : cellWidth(key)), 0)
    return '\b \b'.repeat(cells)
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }

  async #read(max: number, waiter: { readonly signal: AbortSignal }): Promise<Uint8Array | undefined> {
    for (;;) {
      if (waiter instanceof Process) await this.#inFront(waiter)
      const next = this.#ready.shift()
      if (next !== undefined) return this.#given(next, max)
      if (this.#isClosed) return undefined
      await this.#typed(waiter.signal)
    }
  }

  /** Of a background job the read waits until it is in front. @throws Killed */
  async #inFront(process: Process): Promise<void> {
    await process.ready()
    while (!this.#ends.foreground().includes(process.group)) {
      process.deliver('TTIN')
      // A process that takes no notice of the signal must not turn in a circle.
      if (!process.isStopped) await this.#typed(process.signal)
      await process.ready()
    }
  }

  /** A reader ended before it had what was typed: it is the next one's. */
  #giveBack(bytes: Uint8Array): void {
    this.#ready.unshift(bytes)
    this.#ahead += bytes.length
    this.#wake()
  }

  #given(bytes: Uint8Array, max: number): Uint8Array | undefined {
    if (bytes.length === 0) return undefined
    const given = bytes.subarray(0, max)
    this.#ahead -= given.length
    if (given.length < bytes.length) this.#ready.unshift(bytes.subarray(max))
    return given
  }

  #typed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const cut = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('the reader was ended'))
      if (signal.aborted) return cut()
      signal.addEventListener('abort', cut, { once: true })
      this.#waiting.push(() => {
        signal.removeEventListener('abort', cut)
        resolve()
      })
    })
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const text = this.#decoder.decode(bytes, { stream: true })
    if (text !== '') await this.#ends.show(text.replaceAll('\n', '\r\n'))
  }
}

const isControl = (key: string): boolean => key < ' ' || key === '\x7f'

/** `^C` for Ctrl-C. */
const caret = (key: string): string => `^${String.fromCharCode(key.charCodeAt(0) ^ 0x40)}`
