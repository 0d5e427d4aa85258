import * as z from 'zod/mini'
import { toProcess, toProcessLater, type FromProcess, type ToProcessLater } from './messages'
import { runProgram, type BuiltInProgram, type Rejection } from './node/program'

/**
 * A process worker: a message starts the program, later ones are its input, its messages are the program's whole outside.
 * @param prepare takes the message in front of that, and gives the program that a built-in one is
 */
export function runWorker(
  post: (message: FromProcess, handed: Transferable[]) => void,
  prepare?: (first: unknown) => Promise<BuiltInProgram>,
): void {
  let hear: ((message: ToProcessLater) => void) | undefined
  let preparing: Promise<BuiltInProgram> | undefined
  const start = (data: unknown, builtIn?: BuiltInProgram): void => {
    const listeners: ((thrown: unknown, rejected?: Rejection) => void)[] = []
    const uncaught = (thrown: unknown, rejected?: Rejection): void => {
      for (const listener of listeners) listener(thrown, rejected)
    }
    globalThis.addEventListener('error', (fault) => {
      fault.preventDefault()
      uncaught(fault.error ?? fault.message)
    })
    globalThis.addEventListener('unhandledrejection', (fault) => {
      fault.preventDefault()
      uncaught(fault.reason, { promise: fault.promise })
    })
    runProgram(z.parse(toProcess, data), {
      post: (message, handed = []) => post(message, [...handed]),
      onUncaught: (listener) => listeners.push(listener),
      onMessage: (listener) => {
        hear = listener
      },
      ...(builtIn && { builtIn }),
    })
  }
  const later: unknown[] = []
  const begin = async (data: unknown): Promise<void> => {
    start(data, await preparing)
    for (const message of later.splice(0)) hear?.(z.parse(toProcessLater, message))
  }
  /** There is no program yet that could say it. */
  const broken = (thrown: unknown): void => {
    const bytes = new TextEncoder().encode(`it could not be started: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
    post({ type: 'output', stream: 'stderr', bytes }, [])
    post({ type: 'exit', code: 1 }, [])
  }
  let isBegun = false
  globalThis.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (hear !== undefined) hear(z.parse(toProcessLater, data))
    else if (isBegun) later.push(data)
    else if (prepare !== undefined && preparing === undefined) preparing = prepare(data)
    else if (preparing === undefined) start(data)
    else {
      isBegun = true
      begin(data).catch(broken)
    }
  })
}
