import type { BuildFiles } from './build-files'
import { keptBuild } from './kept-build'

// The service worker of the app's page: it opens the app when its relay or the network is away. Given out as `/offline.js`, at the root
// because a service worker sees addresses below its own only.

declare const self: ServiceWorkerGlobalScope
/** Written in front of this script by the build. */
declare const TABWRIGHT_BUILD: BuildFiles

const kept = keptBuild(TABWRIGHT_BUILD, { caches, fetch: (request) => fetch(request), origin: self.location.origin })

self.addEventListener('install', (event) => event.waitUntil(kept.install()))
// The page that brought it is kept from the first visit on.
self.addEventListener('activate', (event) => event.waitUntil(kept.tidy().then(() => self.clients.claim())))
self.addEventListener('fetch', (event) => {
  // What could not be kept is used all the same; it is reported, and asked for again the next time.
  const answered = kept.answer(event.request, (work) => event.waitUntil(work.catch(reportError)))
  if (answered !== undefined) event.respondWith(answered)
})
self.addEventListener('message', (event) => {
  // Only pages of the app's own origin can say anything here.
  const word: unknown = event.data
  const [port] = event.ports
  if (word === 'take-over') event.waitUntil(self.skipWaiting())
  if (word === 'state' && port !== undefined) event.waitUntil(kept.state().then((state) => port.postMessage(state)))
})
