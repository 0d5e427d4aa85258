import { invalidArgument, unsupported } from './context'
import type { Loop } from './loop'

type Listener = (...args: unknown[]) => unknown

/** What is known of a port beside the platform's own. */
interface PortState {
  readonly heard: Map<Listener, EventListener>
  release: (() => void) | undefined
  isRef: boolean
  isClosed: boolean
  /** Copies of what the other end, in this same program, has sent and was not delivered yet. Undefined: that cannot be known. */
  waiting: unknown[] | undefined
  /** So many were taken by `receiveMessageOnPort` and are still to be delivered by the platform. */
  taken: number
}

const states = new WeakMap<MessagePort, PortState>()

function stateOf(port: MessagePort): PortState {
  const known = states.get(port)
  if (known !== undefined) return known
  const state: PortState = { heard: new Map(), release: undefined, isRef: true, isClosed: false, waiting: undefined, taken: 0 }
  states.set(port, state)
  return state
}

function holdOpen(loop: Loop, state: PortState): void {
  if (state.isRef && !state.isClosed && state.heard.size > 0) state.release ??= loop.hold()
  else {
    state.release?.()
    state.release = undefined
  }
}

/** Gives the platform's ports what Node's have: they are emitters, and whoever listens on one lives on. */
export function installPorts(loop: Loop): void {
  const close = MessagePort.prototype.close
  const hold = (state: PortState): void => holdOpen(loop, state)
  const add = (port: MessagePort, name: unknown, listener: unknown, isOnce: boolean): MessagePort => {
    if (typeof listener !== 'function') throw invalidArgument('listener', 'of type function', listener)
    const state = stateOf(port)
    const call: Listener = (...args) => Reflect.apply(listener, port, args)
    const heard: EventListener = (event) => {
      if (isOnce) remove(port, name, listener)
      loop.enter(() => void call(...(event instanceof MessageEvent ? [event.data] : [])))
    }
    Reflect.apply(EventTarget.prototype.addEventListener, port, [String(name), heard])
    if (name === 'message') {
      state.heard.set(call, heard)
      port.start()
    }
    wrappers.set(listener, { heard, call })
    hold(state)
    return port
  }
  const wrappers = new WeakMap<object, { readonly heard: EventListener; readonly call: Listener }>()
  const remove = (port: MessagePort, name: unknown, listener: unknown): MessagePort => {
    const wrapper = wrappers.get(Object(listener))
    if (wrapper === undefined) return port
    Reflect.apply(EventTarget.prototype.removeEventListener, port, [String(name), wrapper.heard])
    stateOf(port).heard.delete(wrapper.call)
    hold(stateOf(port))
    return port
  }
  const own: Record<string, (this: MessagePort, ...args: unknown[]) => unknown> = {
    on(name, listener) {
      return add(this, name, listener, false)
    },
    once(name, listener) {
      return add(this, name, listener, true)
    },
    off(name, listener) {
      return remove(this, name, listener)
    },
    ref() {
      stateOf(this).isRef = true
      hold(stateOf(this))
    },
    unref() {
      stateOf(this).isRef = false
      hold(stateOf(this))
    },
    close() {
      const state = stateOf(this)
      state.isClosed = true
      hold(state)
      Reflect.apply(close, this, [])
    },
  }
  putMethods(own)
}

function putMethods(own: Record<string, (this: MessagePort, ...args: unknown[]) => unknown>): void {
  const all = { ...own, addListener: own['on'], removeListener: own['off'] }
  for (const [name, value] of Object.entries(all))
    Object.defineProperty(MessagePort.prototype, name, { value, writable: true, configurable: true })
}

/** `MessageChannel` of `worker_threads`: its ports know what waits at the other end as long as both are here. */
export class KnownChannel {
  readonly port1: MessagePort
  readonly port2: MessagePort

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.port1 = port1
    this.port2 = port2
    watch(port1, port2)
    watch(port2, port1)
  }
}

/** `from` tells in this program what it sends to `to`. */
function watch(from: MessagePort, to: MessagePort): void {
  const state = stateOf(to)
  state.waiting = []
  const post = from.postMessage.bind(from)
  Object.defineProperty(from, 'postMessage', {
    value: (value: unknown, handed?: Transferable[]) => {
      post(value, handed ?? [])
      // What is handed over cannot be copied as well.
      if ((handed ?? []).length > 0) state.waiting = undefined
      else state.waiting?.push(structuredClone(value))
    },
    configurable: true,
  })
  to.addEventListener('message', (event) => {
    if (state.taken === 0) return void state.waiting?.shift()
    state.taken -= 1
    event.stopImmediatePropagation()
  })
}

/** The next message of a port, without waiting. @throws where the other end is elsewhere: the platform tells of messages in its loop alone */
export function receiveMessageOnPort(port: unknown): { readonly message: unknown } | undefined {
  if (!(port instanceof MessagePort)) throw invalidArgument('port', 'a MessagePort instance', port)
  const { waiting } = stateOf(port)
  if (waiting === undefined)
    throw unsupported('worker_threads', 'receiveMessageOnPort works on a MessageChannel of which both ends are in this program')
  if (waiting.length === 0) return undefined
  stateOf(port).taken += 1
  return { message: waiting.shift() }
}
