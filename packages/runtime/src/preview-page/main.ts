import { MAX_SEEN_TEXT, type PageWord, type PreviewOrder } from '@tabwright/protocol'
import { fetchHere, takeFiles } from './ask'
import { sendForm, watchForms } from './forms'
import { PageEvents } from './page-events'
import { PageRequest } from './page-request'
import { takePicture } from './picture'
import { freshStyles, showPage } from './show-page'
import { keepInMemory } from './storage'
import { watchConsole } from './watch-console'

/**
 * What every page of a preview begins with: the server gives out this script and an empty page, whatever the address. It asks the app for
 * the page that belongs there, puts it together, and tells the app what it prints. It runs in the page's own world, so nothing that it says
 * is worth more than what the page could say.
 */

const MAX_WAITING = 500
/** The app is at the same port, under the plain name. */
const APP = `http://localhost${location.port === '' ? '' : `:${location.port}`}`

let port: MessagePort | undefined
const early: PageWord[] = []

function say(word: PageWord): void {
  if (port !== undefined) port.postMessage(word)
  else if (early.length < MAX_WAITING) early.push(word)
}

/** What must not be within reach from here; the app shows nothing of a preview in which it is. */
function isLocked(): boolean {
  const reaches = (look: () => unknown): boolean => {
    try {
      return look() !== null
    } catch (thrown) {
      if (thrown instanceof DOMException) return false
      throw thrown
    }
  }
  return top !== self && !reaches(() => top?.location.href) && !reaches(() => top?.document)
}

function here(): string {
  return `${location.pathname}${location.search}${location.hash}`.slice(0, 2000)
}

function tellPlace(): void {
  say({ type: 'at', path: here(), title: document.title.slice(0, 300) })
}

/** The pages of an application change their address without a load. */
function watchPlace(): void {
  for (const name of ['pushState', 'replaceState'] as const) {
    const own = history[name].bind(history)
    history[name] = (...args: Parameters<History['pushState']>) => {
      own(...args)
      tellPlace()
    }
  }
  addEventListener('popstate', tellPlace)
  addEventListener('hashchange', tellPlace)
}

/** As it is laid out: what nobody sees is left out. */
function shownText(): string {
  const text: unknown = document.body?.innerText
  return typeof text === 'string' ? text.slice(0, MAX_SEEN_TEXT) : ''
}

function obey(order: PreviewOrder): void {
  switch (order.type) {
    case 'go':
      location.assign(order.path)
      break
    case 'reload':
      location.reload()
      break
    case 'back':
      history.back()
      break
    case 'forward':
      history.forward()
      break
    case 'styles':
      freshStyles().catch(failed)
      break
    case 'look':
      say({ type: 'seen', n: order.n, text: shownText(), width: Math.round(innerWidth), height: Math.round(innerHeight) })
      break
    case 'picture':
      takePicture().then((taken) => say({ ...taken, n: order.n }), failed)
      break
    case 'ping':
      say({ type: 'pong', n: order.n })
      break
  }
}

/** What the app answers for: `blob:` names of this origin are the browser's own. */
const isOwnFile = (address: string): boolean => address.startsWith(`${location.origin}/`)

const failed = (error: unknown): void => say({ type: 'failed', why: String(error).slice(0, 500) })

function connect({ source, origin, data, ports: [words, files] }: MessageEvent): void {
  if (source !== parent || origin !== APP || data?.type !== 'connect' || words === undefined || files === undefined) return
  removeEventListener('message', connect)
  port = words
  words.addEventListener('message', ({ data: order }: MessageEvent<PreviewOrder>) => obey(order))
  words.start()
  const locked = isLocked()
  words.postMessage({ type: 'hello', path: here(), isLocked: locked } satisfies PageWord)
  for (const word of early.splice(0)) words.postMessage(word)
  if (!locked) return
  takeFiles(files)
  showPage(`${location.pathname}${location.search}`).then(tellPlace, failed)
}

// A frame that the page itself makes is the page's own affair.
if (parent === top && parent !== self) {
  addEventListener('message', connect)
  watchConsole(say)
  watchPlace()
  keepInMemory(() => console.info('This browser keeps nothing for a preview: localStorage lasts until the page is loaded anew.'))
  const fetchOutside = window.fetch.bind(window)
  window.fetch = (input, init) => {
    const request = new Request(input, init)
    return isOwnFile(request.url) ? fetchHere(request) : fetchOutside(request)
  }
  window.XMLHttpRequest = PageRequest
  Object.defineProperty(window, 'EventSource', { value: PageEvents, writable: true, configurable: true })
  watchForms((form, submitter) => void sendForm(form, submitter).then(tellPlace, failed))
}
