import events from 'events'
import type { World } from './context'

interface LineSource {
  on(name: string, listener: (chunk: unknown) => void): unknown
}

/** Keeps the program alive until the question was answered. */
function answering(world: World, callback: unknown): (line: string) => void {
  const release = world.loop.hold()
  return (line) => {
    release()
    if (typeof callback === 'function') Reflect.apply(callback, undefined, [line])
  }
}

/** `readline` on a stream that ends: lines as events and as an iteration. */
export function readlineFor(world: World): Record<string, unknown> {
  const createInterface = (options: { readonly input?: LineSource; readonly output?: { write(text: string): unknown } }): unknown => {
    const emitter = new events()
    const lines: string[] = []
    const waiting: ((result: IteratorResult<string>) => void)[] = []
    let rest = ''
    let isClosed = false
    const decoder = new TextDecoder()
    const give = (line: string): void => {
      const next = waiting.shift()
      if (next !== undefined) next({ value: line, done: false })
      else lines.push(line)
      emitter.emit('line', line)
    }
    const close = (): void => {
      if (isClosed) return
      isClosed = true
      if (rest !== '') give(rest)
      for (const next of waiting.splice(0)) next({ value: undefined, done: true })
      emitter.emit('close')
    }
    options.input?.on('data', (chunk) => {
      const parts = (
        rest +
        (typeof chunk === 'string' ? chunk : decoder.decode(chunk instanceof Uint8Array ? chunk : new Uint8Array(), { stream: true }))
      ).split(/\r?\n/)
      rest = parts.pop() ?? ''
      for (const line of parts) give(line)
    })
    options.input?.on('end', close)
    const question = (text: unknown, ...more: unknown[]): void => {
      options.output?.write(String(text))
      const answer = answering(world, more.at(-1))
      const ready = lines.shift()
      if (ready !== undefined) answer(ready)
      else emitter.once('line', (line) => answer(String(line)))
    }
    return Object.assign(emitter, {
      close,
      question,
      prompt: () => undefined,
      setPrompt: () => undefined,
      pause: () => emitter,
      resume: () => emitter,
      [Symbol.asyncIterator]: () => ({
        next: (): Promise<IteratorResult<string>> => {
          const line = lines.shift()
          if (line !== undefined) return Promise.resolve({ value: line, done: false })
          if (isClosed) return Promise.resolve({ value: undefined, done: true })
          return new Promise((resolve) => waiting.push(resolve))
        },
        return: () => Promise.resolve({ value: undefined, done: true }),
      }),
    })
  }
  return { createInterface, clearLine: () => true, cursorTo: () => true, moveCursor: () => true }
}

/** `readline/promises`. */
export function readlinePromises(world: World): Record<string, unknown> {
  const { createInterface } = readlineFor(world)
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
