import type { FilesAnswer } from '@tabwright/protocol'
import { askFor } from './ask'
import { withCssUrls } from './css-urls'
import { linkModule } from './module-graph'

const ATTRIBUTES: readonly (readonly [selector: string, attribute: string])[] = [
  ['img[src], source[src], video[src], audio[src], track[src], input[type="image"][src], embed[src]', 'src'],
  ['video[poster]', 'poster'],
  ['link[rel~="icon"][href], image[href], use[href]', 'href'],
  ['object[data]', 'data'],
]

/** Puts the page of this address in the place of the empty one. Scripts run in their order, then `DOMContentLoaded` and `load` come. */
export async function showPage(path: string): Promise<void> {
  await showAnswer(await askFor(path, { isPage: true }))
}

/** Shows what was answered for a page, or goes where it says. */
export async function showAnswer(answer: FilesAnswer): Promise<void> {
  const location = answer.headers['location']
  if (location !== undefined && answer.status >= 300 && answer.status < 400) return window.location.replace(location)
  const type = answer.headers['content-type'] ?? ''
  const isText = /^(?:text\/html|application\/xhtml\+xml)/.test(type)
  const parsed = isText
    ? new DOMParser().parseFromString(new TextDecoder().decode(answer.body ?? new Uint8Array()), 'text/html')
    : plainPage(answer.body ?? new Uint8Array(), type)
  const loader = createLoader(parsed)
  await loader.prepare()
  document.replaceChild(document.adoptNode(parsed.documentElement), document.documentElement)
  await runScripts()
  // The body of a page without a window had nowhere to listen.
  const atLoad = document.body.getAttribute('onload')
  if (atLoad !== null) document.body.setAttribute('onload', atLoad)
  document.dispatchEvent(new Event('DOMContentLoaded', { bubbles: true }))
  window.dispatchEvent(new Event('load'))
  watchLatePictures()
}

/** Style sheets of the workspace are asked for again; everything that the page knows stays. */
export async function freshStyles(): Promise<void> {
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel~="stylesheet"][data-tabwright-from]')) {
    const from = link.dataset['tabwrightFrom']
    const next = from === undefined ? undefined : await sheet(from)
    if (next !== undefined) link.href = next
  }
}

/** What is no page is shown as browsers show it. */
function plainPage(body: Uint8Array, type: string): Document {
  const page = document.implementation.createHTMLDocument()
  if (type.startsWith('image/')) {
    const picture = page.createElement('img')
    picture.src = URL.createObjectURL(new Blob([new Uint8Array(body)], { type }))
    page.body.append(picture)
  } else {
    const text = page.createElement('pre')
    text.textContent = new TextDecoder().decode(body)
    page.body.append(text)
  }
  return page
}

/** The whole address of something at this origin, or undefined for what is elsewhere or no file: `#part`, `data:`. */
function ownAddress(address: string, base: string): string | undefined {
  if (address === '' || address.startsWith('#') || !URL.canParse(address, base)) return undefined
  const url = new URL(address, base)
  return url.origin === location.origin ? url.href : undefined
}

const pathOf = (url: string): string => url.slice(location.origin.length).replace(/#.*$/s, '')

interface Found {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
}

/** Undefined for what is not in the workspace; the app has said so already. */
async function read(url: string): Promise<Found | undefined> {
  const { status, headers, body } = await askFor(pathOf(url))
  if (status >= 300 || body === null) return undefined
  return { bytes: new Uint8Array(body), type: headers['content-type'] ?? '' }
}

/** A name under which the browser itself can load it. */
async function blobOf(url: string): Promise<string | undefined> {
  const found = await read(url)
  if (found === undefined) return undefined
  const hash = /#.*$/s.exec(url)?.[0] ?? ''
  return `${URL.createObjectURL(new Blob([found.bytes], { type: found.type }))}${hash}`
}

async function sheet(url: string, above: readonly string[] = []): Promise<string | undefined> {
  const found = await read(url)
  if (found === undefined) return undefined
  const css = await linkedCss(new TextDecoder().decode(found.bytes), url, [...above, url])
  return URL.createObjectURL(new Blob([css], { type: 'text/css' }))
}

/** @param above sheets that are being read: one that imports itself is not read for ever */
function linkedCss(css: string, base: string, above: readonly string[]): Promise<string> {
  return withCssUrls(css, async (address, isSheet) => {
    const url = ownAddress(address, base)
    if (url === undefined || (isSheet && above.includes(url))) return undefined
    return isSheet ? sheet(url, above) : blobOf(url)
  })
}

/** What a page names is given names that the browser can load, before the page is put in its place. */
function createLoader(page: Document): { prepare(): Promise<void> } {
  const baseTag = page.querySelector('base[href]')?.getAttribute('href')
  const base = baseTag === null || baseTag === undefined ? location.href : new URL(baseTag, location.href).href
  const attribute = async (element: Element, name: string): Promise<void> => {
    const url = ownAddress(element.getAttribute(name) ?? '', base)
    const blob = url === undefined ? undefined : await blobOf(url)
    if (blob !== undefined) element.setAttribute(name, blob)
  }
  const set = async (element: Element): Promise<void> => {
    const parts = (element.getAttribute('srcset') ?? '').split(/,\s+/).map(async (part) => {
      const [address = '', ...size] = part.trim().split(/\s+/)
      const url = ownAddress(address, base)
      return [(url === undefined ? undefined : await blobOf(url)) ?? address, ...size].join(' ')
    })
    element.setAttribute('srcset', (await Promise.all(parts)).join(', '))
  }
  const link = async (element: HTMLLinkElement): Promise<void> => {
    const url = ownAddress(element.getAttribute('href') ?? '', base)
    const made = url === undefined ? undefined : await sheet(url)
    if (url === undefined || made === undefined) return
    element.href = made
    element.dataset['tabwrightFrom'] = url
  }
  const script = async (element: HTMLScriptElement): Promise<void> => {
    if (element.type !== 'module' && element.type !== 'importmap') await attribute(element, 'src')
  }
  const style = async (element: HTMLStyleElement): Promise<void> => {
    element.textContent = await linkedCss(element.textContent, base, [])
  }
  const all = <T extends Element>(selector: string, act: (element: T) => Promise<void>): Promise<void>[] =>
    [...page.querySelectorAll<T>(selector)].map(act)
  return {
    prepare: async () => {
      // They would be asked for from the server, which has nothing.
      for (const hint of page.querySelectorAll('link[rel~="modulepreload"], link[rel~="preload"], link[rel~="prefetch"]')) hint.remove()
      await Promise.all([
        ...ATTRIBUTES.flatMap(([selector, name]) => all(selector, (element) => attribute(element, name))),
        ...all('img[srcset], source[srcset]', set),
        ...all<HTMLLinkElement>('link[rel~="stylesheet"][href]', link),
        ...all<HTMLScriptElement>('script[src]', script),
        ...all<HTMLStyleElement>('style', style),
        linkModules(page, base),
      ])
    },
  }
}

/** Modules get names that an import map leads to. The page's own map keeps its words for what it names. */
async function linkModules(page: Document, base: string): Promise<void> {
  const entries = [...page.querySelectorAll<HTMLScriptElement>('script[type="module"]')]
  if (entries.length === 0) return
  const named = ownMap(page)
  const resolve = (specifier: string, from: string): string | undefined => {
    const mapped = named[specifier]
    if (mapped !== undefined) return ownAddress(mapped, base)
    return /^(?:\.{0,2}\/|https?:)/.test(specifier) ? ownAddress(specifier, from) : undefined
  }
  const made = new Map<string, string>()
  const load = async (url: string): Promise<void> => {
    if (made.has(url)) return
    made.set(url, url)
    const found = await read(url)
    if (found === undefined) return
    const { code, needs } = linkModule(new TextDecoder().decode(found.bytes), url, resolve)
    // The line for debuggers and stacks names the file that it is.
    made.set(url, URL.createObjectURL(new Blob([`${code}\n//# sourceURL=${url}`], { type: found.type })))
    await Promise.all(needs.map(load))
  }
  for (const entry of entries) {
    const url = ownAddress(entry.getAttribute('src') ?? '', base)
    if (url !== undefined) {
      await load(url)
      entry.src = made.get(url) ?? url
    } else if (entry.getAttribute('src') === null) {
      const { code, needs } = linkModule(entry.textContent, base, resolve)
      // By a name, because only such a script says when it is over.
      entry.textContent = ''
      entry.src = URL.createObjectURL(new Blob([`${code}\n//# sourceURL=${base}`], { type: 'text/javascript' }))
      await Promise.all(needs.map(load))
    }
  }
  const map = page.createElement('script')
  map.type = 'importmap'
  map.textContent = JSON.stringify({ imports: Object.fromEntries(made) })
  page.head.prepend(map)
}

/** What the page's import map says, and takes it away: it is followed already. */
function ownMap(page: Document): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const script of page.querySelectorAll('script[type="importmap"]')) {
    const imports = importsOf(script.textContent ?? '')
    // One that cannot be read is left where it is: the browser says what is wrong with it.
    if (imports === undefined) continue
    for (const [name, address] of Object.entries(imports)) if (typeof address === 'string') found[name] = address
    script.remove()
  }
  return found
}

function importsOf(text: string): object | undefined {
  try {
    const { imports } = JSON.parse(text)
    return typeof imports === 'object' && imports !== null ? imports : {}
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined
    throw thrown
  }
}

/** A script that came with a document is not run; one that is made here is. Those that wait for the whole page come after all others. */
async function runScripts(): Promise<void> {
  const all = [...document.querySelectorAll('script')]
  const isLate = (script: HTMLScriptElement): boolean => script.type === 'module' || (script.defer && script.src !== '')
  for (const old of [...all.filter((one) => !isLate(one)), ...all.filter(isLate)]) {
    const script = document.createElement('script')
    for (const { name, value } of old.attributes) script.setAttribute(name, value)
    script.textContent = old.textContent
    // The property would be true of every script that was parsed apart, in Firefox.
    script.async = old.hasAttribute('async')
    const isAwaited = !script.async && old.src !== ''
    const over = new Promise<void>((resolve) => {
      for (const end of ['load', 'error']) script.addEventListener(end, () => resolve(), { once: true })
    })
    old.replaceWith(script)
    if (isAwaited) await over
  }
}

/** Pictures that a script puts up later are found when the browser does not find them. */
function watchLatePictures(): void {
  addEventListener(
    'error',
    ({ target }) => {
      if (!(target instanceof HTMLImageElement) || target.dataset['tabwrightFrom'] !== undefined) return
      const url = ownAddress(target.getAttribute('src') ?? '', document.baseURI)
      if (url === undefined) return
      target.dataset['tabwrightFrom'] = url
      blobOf(url).then((blob) => {
        if (blob !== undefined) target.src = blob
      }, reportError)
    },
    true,
  )
}
