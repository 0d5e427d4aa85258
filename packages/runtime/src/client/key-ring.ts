import { FailureError, type Failure, type ModelInfo, type Provider } from '@tabwright/protocol'
import keyWorkerUrl from '../worker/key-worker.ts?worker&url'
import type { KeyRing } from './api'
import { startWorker } from './trusted-worker'

/** What is needed of the key worker; in the page a real one. */
export type KeyWorker = Pick<Worker, 'postMessage' | 'addEventListener'>

/** The page's side of the key worker: it can set and drop the key and grant ports, and never reads the key back. */
export interface TabKeyRing extends KeyRing {
  /**
   * A port for one session's worker. It can only send requests.
   * @throws FailureError `no_key`
   */
  grant(): Promise<{ readonly port: MessagePort; readonly origin: string }>
}

type Ask =
  | { readonly type: 'put'; readonly key: string; readonly origin: string }
  | { readonly type: 'forget' }
  | { readonly type: 'grant' }
type Reply = { readonly n: number } & (
  | { readonly type: 'kept'; readonly models: readonly ModelInfo[] }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly failure: Failure }
)

/** One for the tab. The worker is started with the first key, so that a tab with a relay never has one. */
export function createKeyRing(start: () => KeyWorker = () => startWorker(keyWorkerUrl, 'keys')): TabKeyRing {
  let provider: Provider | undefined
  let worker: Asking | undefined
  return {
    async put(key, origin) {
      worker ??= openWorker(start(), () => {
        worker = undefined
        provider = undefined
      })
      const reply = await worker({ type: 'put', key, origin })
      provider = { type: 'tab', origin: new URL(origin).origin, last4: key.trim().slice(-4) }
      return reply.type === 'kept' ? reply.models : []
    },
    async forget() {
      provider = undefined
      await worker?.({ type: 'forget' })
    },
    provider: () => provider,
    async grant() {
      if (provider?.type !== 'tab' || !worker)
        throw new FailureError({ code: 'no_key', message: 'No key was entered in this tab. Add one in Settings.' })
      const { origin } = provider
      const { port1, port2 } = new MessageChannel()
      await worker({ type: 'grant' }, [port2])
      return { port: port1, origin }
    },
  }
}

type Asking = (message: Ask, ports?: readonly MessagePort[]) => Promise<Reply>

/** Questions and answers, matched by number. `lost` is called when the worker failed: its memory, and so the key, is gone. */
function openWorker(worker: KeyWorker, lost: () => void): Asking {
  const waiting = new Map<number, { resolve(reply: Reply): void; reject(error: Error): void }>()
  let count = 0
  worker.addEventListener('message', ({ data: reply }: MessageEvent<Reply>) => {
    const one = waiting.get(reply.n)
    waiting.delete(reply.n)
    if (reply.type === 'failed') one?.reject(new FailureError(reply.failure))
    else one?.resolve(reply)
  })
  worker.addEventListener('error', () => {
    const failure = new FailureError({ code: 'unavailable', message: 'The key worker failed. Enter the key again.' })
    for (const one of waiting.values()) one.reject(failure)
    waiting.clear()
    lost()
  })
  return (message, ports = []) =>
    new Promise((resolve, reject) => {
      const n = ++count
      waiting.set(n, { resolve, reject })
      worker.postMessage({ ...message, n }, [...ports])
    })
}
