import * as z from 'zod/mini'
import { startKernel } from './kernel'
import type { FromKernel } from './messages'
import type { ProcessPort } from './process-run'

/**
 * Entry of the kernel worker. One message starts it: the host's port, the text of the process bundle, and where the
 * frame is cross-origin isolated a shared flag.
 */
const start = z.object({ process: z.string(), flag: z.optional(z.unknown()) })

/**
 * A worker of its own for one program, from text: in an opaque frame there is no URL to load it from.
 * @param starting told before each: in Firefox a worker that makes another stands still until the browser has it
 */
function spawner(text: string, starting: () => void): () => ProcessPort {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
  return () => {
    starting()
    const worker = new Worker(url, { name: 'process' })
    return {
      post: (message, handed) => worker.postMessage(message, [...handed]),
      listen(message, fault) {
        worker.addEventListener('message', (event) => message(event.data))
        worker.addEventListener('error', (event) => {
          event.preventDefault()
          fault(event.message)
        })
        worker.addEventListener('messageerror', () => fault('a message could not be read'))
      },
      terminate: () => worker.terminate(),
    }
  }
}

globalThis.addEventListener(
  'message',
  (event: MessageEvent<unknown>) => {
    const { process, flag } = z.parse(start, event.data)
    const [port] = event.ports
    if (port === undefined) throw new TypeError('the kernel was started without a port')
    const starting = (): void => port.postMessage({ type: 'starting' } satisfies FromKernel)
    startKernel({
      spawn: spawner(process, starting),
      spawner: (text) => spawner(text, starting),
      port: {
        post: (message, handed = []) => port.postMessage(message, [...handed]),
        listen(message) {
          port.addEventListener('message', (incoming) => message(incoming.data))
          port.start()
        },
      },
      ...(typeof SharedArrayBuffer !== 'undefined' && flag instanceof SharedArrayBuffer ? { flag: new Int32Array(flag) } : {}),
    })
  },
  { once: true },
)
