import events from 'events'

interface LineSource {
  on(name: string, listener: (chunk: unknown) => void): unknown
  pause?(): unknown
  resume?(): unknown
}

interface InterfaceOptions {
  readonly input?: LineSource
  readonly output?: { write(text: string): unknown }
  readonly prompt?: unknown
}

/** Lines of a stream: to a question that waits, to an iteration, else as an event. */
class Lines {
  readonly emitter = new events()
  /** Came before anybody asked. */
  readonly early: string[] = []
  readonly waiting: ((result: IteratorResult<string>) => void)[] = []
  readonly questions: ((line: string) => void)[] = []
  isClosed = false
  readonly #input: LineSource | undefined
  readonly #decoder = new TextDecoder()
  #rest = ''

  constructor(input: LineSource | undefined) {
    this.#input = input
    input?.on('data', (chunk) => this.#take(chunk))
    input?.on('end', () => this.close())
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    if (this.#rest !== '') this.#give(this.#rest)
    for (const next of this.waiting.splice(0)) next({ value: undefined, done: true })
    // Nobody listens any more: the program need not live for what may still be typed.
    this.#input?.pause?.()
    this.emitter.emit('close')
  }

  #take(chunk: unknown): void {
    const bytes = chunk instanceof Uint8Array ? chunk : new Uint8Array()
    const parts = (this.#rest + (typeof chunk === 'string' ? chunk : this.#decoder.decode(bytes, { stream: true }))).split(/\r?\n/)
    this.#rest = parts.pop() ?? ''
    for (const line of parts) this.#give(line)
  }

  #give(line: string): void {
    const question = this.questions.shift()
    if (question !== undefined) return question(line)
    const next = this.waiting.shift()
    if (next !== undefined) next({ value: line, done: false })
    else this.early.push(line)
    this.emitter.emit('line', line)
  }
}

function iteration(lines: Lines): AsyncIterator<string> {
  return {
    next: () => {
      const line = lines.early.shift()
      if (line !== undefined) return Promise.resolve({ value: line, done: false })
      if (lines.isClosed) return Promise.resolve({ value: undefined, done: true })
      return new Promise((resolve) => lines.waiting.push(resolve))
    },
    return: () => {
      lines.close()
      return Promise.resolve({ value: undefined, done: true })
    },
  }
}

/** `readline` on a stream that ends: lines as events, as an iteration and as answers. */
export function readlineFor(): Record<string, unknown> {
  const createInterface = ({ input, output, prompt: first = '> ' }: InterfaceOptions): unknown => {
    const lines = new Lines(input)
    const { emitter } = lines
    let promptText = String(first)
    const question = (text: unknown, ...more: unknown[]): void => {
      output?.write(String(text))
      const callback = more.at(-1)
      const answer = (line: string): void => {
        if (typeof callback === 'function') Reflect.apply(callback, undefined, [line])
      }
      const ready = lines.early.shift()
      if (ready === undefined) lines.questions.push(answer)
      else answer(ready)
    }
    return Object.assign(emitter, {
      close: () => lines.close(),
      question,
      prompt: () => void output?.write(promptText),
      setPrompt: (text: unknown) => void (promptText = String(text)),
      getPrompt: () => promptText,
      pause: () => {
        input?.pause?.()
        return emitter
      },
      resume: () => {
        input?.resume?.()
        return emitter
      },
      [Symbol.asyncIterator]: () => iteration(lines),
    })
  }
  return { createInterface, clearLine: () => true, cursorTo: () => true, moveCursor: () => true }
}

/** `readline/promises`. */
export function readlinePromises(): Record<string, unknown> {
  const { createInterface } = readlineFor()
  return {
    createInterface: (options: unknown) => {
      const lines: unknown = typeof createInterface === 'function' ? Reflect.apply(createInterface, undefined, [options]) : undefined
      const ask: unknown = Reflect.get(Object(lines), 'question')
      return Object.assign(Object(lines), {
        question: (text: unknown) => new Promise((resolve) => typeof ask === 'function' && Reflect.apply(ask, undefined, [text, resolve])),
      })
    },
  }
}
