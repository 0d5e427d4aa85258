import * as z from 'zod/mini'
import { toProcess, toProcessLater, type ToProcessLater } from './messages'
import { runProgram, type Rejection } from './node/program'

/** Entry of a process worker: the first message starts the program, later ones are its input, its messages are the program's whole outside. */
const post = globalThis.postMessage.bind(globalThis)
let hear: ((message: ToProcessLater) => void) | undefined

function start(data: unknown): void {
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
    post: (message) => post(message),
    onUncaught: (listener) => listeners.push(listener),
    onMessage: (listener) => {
      hear = listener
    },
  })
}

globalThis.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (hear === undefined) start(event.data)
  else hear(z.parse(toProcessLater, event.data))
})
