import { t } from '@tabwright/ui/language'
import type { Probe } from '@tabwright/ui/settings'

/** Asks the browser what it can do; never by its name. */
export function probes(): readonly Probe[] {
  return [
    {
      name: 'crossOriginIsolated',
      works: globalThis.crossOriginIsolated,
      without: t('the server sends no isolation headers; stopping a runaway command takes longer'),
    },
    { name: 'SharedArrayBuffer', works: typeof SharedArrayBuffer === 'function', without: t('commands cannot share memory with the page') },
    { name: 'IndexedDB', works: 'indexedDB' in globalThis, without: t('nothing outlives the tab') },
    { name: 'Web Locks', works: 'locks' in navigator, without: t('two tabs with one session rely on the log’s fence alone') },
  ]
}
