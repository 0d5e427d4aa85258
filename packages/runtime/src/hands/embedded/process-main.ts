import * as z from 'zod/mini'
import { toProcess } from './messages'
import { runProgram } from './node/program'

/** Entry of a process worker: one message starts the program, its messages are the program's whole outside. */
const post = globalThis.postMessage.bind(globalThis)

globalThis.addEventListener(
  'message',
  (event: MessageEvent<unknown>) => {
    const listeners: ((thrown: unknown) => void)[] = []
    const uncaught = (thrown: unknown): void => {
      for (const listener of listeners) listener(thrown)
    }
    globalThis.addEventListener('error', (fault) => {
      fault.preventDefault()
      uncaught(fault.error ?? fault.message)
    })
    globalThis.addEventListener('unhandledrejection', (fault) => {
      fault.preventDefault()
      uncaught(fault.reason)
    })
    runProgram(z.parse(toProcess, event.data), { post: (message) => post(message), onUncaught: (listener) => listeners.push(listener) })
  },
  { once: true },
)
