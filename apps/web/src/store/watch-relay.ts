import type { StoreApi } from 'zustand'
import type { AppStore } from './app-state'

const EVERY_MS = 20_000

/** Asks now and then whether the relay still lives, and connects anew when it came back: bearers do not outlive it. */
export function watchRelay(store: StoreApi<AppStore>): void {
  const look = (): void => {
    if (!document.hidden) void store.getState().lookForRelay()
  }
  setInterval(look, EVERY_MS)
  addEventListener('online', look)
  document.addEventListener('visibilitychange', look)
}

/** The relay answers. */
export async function isRelayAlive(): Promise<boolean> {
  return fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(5000) }).then(
    (response) => response.ok,
    () => false,
  )
}
