import * as z from 'zod/mini'
import { toProcess, toProcessLater, type ToProcessLater } from '../messages'
import { makeMemory } from './memory'
import { memoryOrder, pythonParts, type PythonParts } from './python-messages'
import { runPython } from './python-program'

/** Entry of a worker for Python: first what the interpreter is made of, then the program, then its input. */
const post = globalThis.postMessage.bind(globalThis)
let parts: PythonParts | undefined
let hear: ((message: ToProcessLater) => void) | undefined

function take(data: unknown): void {
  if (hear !== undefined) return hear(z.parse(toProcessLater, data))
  const order = z.safeParse(memoryOrder, data)
  if (order.success) return void makeMemory(order.data).then((memory) => post({ type: 'memory', memory }))
  if (parts === undefined) {
    parts = z.parse(pythonParts, data)
    return undefined
  }
  void runPython(z.parse(toProcess, data), {
    parts,
    post: (message) => post(message),
    onMessage: (listener) => {
      hear = listener
    },
  })
}

globalThis.addEventListener('message', (event: MessageEvent<unknown>) => take(event.data))
