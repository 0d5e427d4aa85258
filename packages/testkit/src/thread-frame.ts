import { MessagePort as NodePort, Worker } from 'node:worker_threads'

/** The texts that a sandbox frame is given. */
export interface FrameTexts {
  readonly kernel: string
  readonly process: string
}

/**
 * What a browser worker has and a thread of Node has not, in front of a bundle: messages with ports as events,
 * nested workers from blob texts, and the two events for errors that nobody caught.
 */
const PRELUDE = `{
  const { parentPort, Worker: Thread } = require('node:worker_threads')
  const realProcess = process
  const listeners = new Map()
  const texts = new Map()
  const dispatch = (type, event) => { for (const [listener, once] of listeners.get(type) ?? []) { if (once) listeners.get(type).delete(listener); listener(event) } }
  globalThis.addEventListener = (type, listener, options) => {
    if (!listeners.has(type)) listeners.set(type, new Map())
    listeners.get(type).set(listener, options?.once === true)
  }
  globalThis.postMessage = (message, handed) => parentPort.postMessage(message, handed)
  parentPort.on('message', ({ data, ports }) => dispatch('message', { data, ports }))
  realProcess.on('uncaughtException', (error) => dispatch('error', { error, message: String(error?.stack ?? error), preventDefault() {} }))
  realProcess.on('unhandledRejection', (reason, promise) => dispatch('unhandledrejection', { reason, promise, preventDefault() {} }))
  globalThis.WorkerGlobalScope = class { static [Symbol.hasInstance](value) { return value === globalThis } }
  globalThis.self = globalThis
  globalThis.location = { toString: () => 'blob:null/thread' }
  globalThis.process = undefined
  const blobs = new WeakMap()
  globalThis.Blob = class extends Blob { constructor(parts, options) { super(parts, options); blobs.set(this, parts) } }
  URL.createObjectURL = (blob) => { const url = 'memory:' + texts.size; texts.set(url, blobs.get(blob).join('')); return url }
  globalThis.Worker = class {
    constructor(url) { this.thread = new Thread(PRELUDE + texts.get(url), { eval: true, stdout: true, stderr: true }) }
    postMessage(data, ports = []) { this.thread.postMessage({ data, ports }, ports) }
    terminate() { void this.thread.terminate() }
    addEventListener(type, listener) {
      if (type === 'message') this.thread.on('message', (data) => listener({ data }))
      if (type === 'error') this.thread.on('error', (error) => listener({ message: String(error?.stack ?? error), preventDefault() {} }))
    }
  }
}
`
/** The prelude, which also knows its own text: the workers that a worker starts need it as well. */
const HEAD = `const PRELUDE_TEXT = ${JSON.stringify(PRELUDE)};\nconst PRELUDE = 'const PRELUDE_TEXT = ' + JSON.stringify(PRELUDE_TEXT) + ';\\nconst PRELUDE = "";\\n' + PRELUDE_TEXT;\n${PRELUDE}`

/** Messages of a frame as its page gets them. */
interface FramePortMessage {
  readonly type?: unknown
  readonly id?: unknown
  readonly kernel?: unknown
  readonly process?: unknown
}

function field(value: unknown): FramePortMessage {
  return typeof value === 'object' && value !== null ? value : {}
}

/**
 * A sandbox frame without a browser: the same bundles in threads of Node, behind the same messages.
 * It isolates nothing; it is for tests of what the two sides say.
 */
export function openThreadFrame(): { readonly port: MessagePort; close(): void } {
  const channel = new MessageChannel()
  const flag = new SharedArrayBuffer(4)
  let kernel: Worker | undefined
  const page = channel.port2
  page.addEventListener('message', (event: MessageEvent<unknown>) => {
    const message = field(event.data)
    if (message.type === 'ping') page.postMessage({ type: 'alive' })
    if (message.type === 'interrupt') Atomics.store(new Int32Array(flag), 0, Number(message.id))
    if (message.type !== 'boot' || kernel !== undefined) return
    kernel = new Worker(HEAD + String(message.kernel), { eval: true })
    kernel.on('error', (error) => page.postMessage({ type: 'broken', message: error instanceof Error ? error.message : String(error) }))
    const ports = event.ports.flatMap((port) => (port instanceof NodePort ? [port] : []))
    kernel.postMessage({ data: { process: message.process, flag }, ports }, ports)
  })
  page.start()
  page.postMessage({ type: 'connected' })
  return {
    port: channel.port1,
    close() {
      page.close()
      void kernel?.terminate()
    },
  }
}
