import type { Probe } from '@tabwright/ui/settings'

/** Asks the browser what it can do; never by its name. */
export function probes(): readonly Probe[] {
  return [
    {
      name: 'crossOriginIsolated',
      works: globalThis.crossOriginIsolated,
      without: 'the server sends no isolation headers; stopping a runaway command takes longer',
    },
    { name: 'SharedArrayBuffer', works: typeof SharedArrayBuffer === 'function', without: 'commands cannot share memory with the page' },
    { name: 'IndexedDB', works: 'indexedDB' in globalThis, without: 'nothing outlives the tab' },
    { name: 'Web Locks', works: 'locks' in navigator, without: 'two tabs with one session rely on the log’s fence alone' },
  ]
}
