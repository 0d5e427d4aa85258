import type { StoreApi } from 'zustand'
import type { AppStore } from './app-state'

const EVERY_MS = 20_000

/** Asks now and then whether the relay still lives, and connects anew when it came back: bearers do not outlive it. */
export function watchRelay(store: StoreApi<AppStore>): void {
  const look = async (): Promise<void> => {
    const { relay, connect } = store.getState()
    if (document.hidden || relay === 'none' || relay === 'connecting') return
    const lives = await isAlive()
    if (!lives) store.setState({ relay: 'offline' })
    else if (relay === 'offline') await connect()
  }
  setInterval(() => void look(), EVERY_MS)
  addEventListener('online', () => void look())
  document.addEventListener('visibilitychange', () => void look())
}

async function isAlive(): Promise<boolean> {
  return fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(5000) }).then(
    (response) => response.ok,
    () => false,
  )
}
