import {
  failureOf,
  PREVIEW_FILES,
  previewOrigin,
  type PageWord,
  type PreviewLevel,
  type PreviewRow,
  type PreviewView,
} from '@tabwright/protocol'
import type { FilesAnswer, FilesRequest, PreviewStatus } from '@tabwright/protocol'
import type { SessionHandle } from '../api'
import { openPreviewFrame, type FrameEvents, type PreviewFrame } from './preview-frame'
import { createSite, type SiteFiles } from './site'

/** The preview of one session: pages of its workspace at an origin of their own. */
export interface Preview {
  getView(): PreviewView
  /** For useSyncExternalStore. */
  subscribe(listener: () => void): () => void
  /** Shows it inside `parent`, which must stay in the document, until the function that comes back is called. */
  show(parent: HTMLElement): () => void
  go(path: string): void
  back(): void
  forward(): void
  /** A page that does not answer is thrown away and loaded anew. */
  reload(): void
  /** Serves another folder of the workspace, from its first page. */
  serve(folder: string): void
  clearConsole(): void
}

export interface PreviewOptions {
  /** Its name among previews: {@link previewId}. `again`: so many pages of it did not let go of their process. */
  readonly id: (again: number) => Promise<string>
  readonly files: SiteFiles
  readonly watchFiles: (listener: (paths: readonly string[]) => void) => () => void
}

/** Older lines go. */
const MAX_ROWS = 300
const PING_MS = 1000
/** So many unanswered pings later it is called busy. */
const MISSED_PINGS = 3
const START_MS = 15_000
/** Several files are often written together. */
const SETTLE_MS = 80

const EMPTY: PreviewView = { status: { type: 'none' }, path: '/', title: '', folders: [], folder: '', rows: [], errors: 0 }

/** Whether this page's server gives previews names of their own. */
export async function hasPreviews(): Promise<boolean> {
  if (previewOrigin(location, '0'.repeat(32)) === undefined) return false
  const shell = await fetch(PREVIEW_FILES.shell, { method: 'HEAD' }).catch(() => undefined)
  return shell?.headers.get('cross-origin-resource-policy') === 'cross-origin'
}

/** The name of a session's preview: nobody who does not know this browser's secret can work it out. */
async function previewId(session: string, secret: string): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify([location.origin, session, secret]))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text))
  return Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const previews = new WeakMap<SessionHandle, Preview>()

/** That of a session: the same one, however often it is asked for. */
export function previewOf(handle: SessionHandle): Preview {
  const known = previews.get(handle)
  if (known !== undefined) return known
  const made = createPreview({
    id: (again) => previewId(again === 0 ? handle.id : `${handle.id} ${again}`, previewSecret()),
    files: handle,
    watchFiles: handle.watchFiles,
  })
  previews.set(handle, made)
  return made
}

const SECRET = 'tabwright.preview-secret'

/** This browser's, made once. Where nothing is kept it lasts as long as the page. */
function previewSecret(): string {
  try {
    const kept = localStorage.getItem(SECRET)
    if (kept !== null) return kept
    localStorage.setItem(SECRET, pageSecret)
  } catch (thrown) {
    // A browser that keeps nothing throws.
    if (!(thrown instanceof DOMException)) throw thrown
  }
  return pageSecret
}
const pageSecret = crypto.randomUUID()

function createPreview(options: PreviewOptions): Preview {
  const store = createViewStore()
  const stage = createStage(options, store)
  const order = (type: 'back' | 'forward') => (): void => stage.shown()?.frame.order({ type })
  return {
    getView: store.view,
    subscribe: store.subscribe,
    show: (parent) => {
      stage.take(parent)
      const stop = watching(options, stage.changed)
      return () => {
        stop()
        stage.take(undefined)
      }
    },
    go: (path) => {
      const to = `/${path.replace(/^[/\\]+/, '')}`
      const shown = stage.shown()
      if (store.view().status.type === 'busy') stage.openAnew(to)
      else if (shown === undefined || shown.isStuck()) stage.open(to)
      else shown.frame.order({ type: 'go', path: to })
    },
    back: order('back'),
    forward: order('forward'),
    reload: () => {
      const shown = stage.shown()
      if (shown === undefined) stage.begin()
      else if (store.view().status.type === 'busy') stage.openAnew(store.view().path)
      else if (shown.isStuck()) stage.open(store.view().path)
      else shown.frame.order({ type: 'reload' })
    },
    serve: (folder) => {
      store.set({ folder, path: '/' })
      stage.open('/')
    },
    clearConsole: () => store.set({ rows: [], errors: 0 }),
  }
}

interface Stage {
  shown(): Shown | undefined
  /** Where it is to be shown; undefined: nowhere any more. */
  take(parent: HTMLElement | undefined): void
  open(to: string): void
  /** Instead of a page that spins: a browser would put another of the same name into the process that hears nothing. */
  openAnew(to: string): void
  /** Looks for a page, and opens it if there is one. */
  begin(): void
  changed(paths: readonly string[]): void
}

function createStage(options: PreviewOptions, store: ViewStore): Stage {
  const site = createSite(options.files)
  let parent: HTMLElement | undefined
  let shown: Shown | undefined
  let id = ''
  let again = 0
  const open = (to: string): void => {
    shown?.end()
    shown = parent && present({ parent, to, site, store, id })
  }
  const look = async (): Promise<void> => {
    id = await options.id(again)
    const folders = await site.folders()
    const { folder } = store.view()
    store.set({ folders, folder: folders.includes(folder) ? folder : (folders[0] ?? '') })
  }
  const begin = (): void => {
    const place = parent
    look()
      .then(() => {
        if (place === undefined || place !== parent) return
        if (store.view().folders.length > 0) open(store.view().path)
        else store.set({ status: { type: 'none' } })
      })
      .catch((error: unknown) => store.set({ status: { type: 'failed', message: failureOf(error).message } }))
  }
  return {
    shown: () => shown,
    open,
    openAnew: (to) => {
      shown?.end()
      shown = undefined
      again += 1
      store.set({ path: to, status: { type: 'starting' } })
      begin()
    },
    begin,
    take: (next) => {
      shown?.end()
      shown = undefined
      parent = next
      if (next !== undefined) begin()
    },
    changed: (paths) => {
      site.changed()
      if (shown === undefined) return begin()
      const { folder } = store.view()
      const own = paths.filter((path) => folder === '' || path.startsWith(`${folder}/`))
      if (own.length > 0) shown.changed(own)
      if (paths.some((path) => path.endsWith('index.html'))) look().catch(reportError)
    },
  }
}

/** Changes, gathered until they rest for a moment. The function that comes back ends it. */
function watching({ watchFiles }: PreviewOptions, changed: (paths: readonly string[]) => void): () => void {
  let gathered: string[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = watchFiles((paths) => {
    gathered.push(...paths)
    clearTimeout(timer)
    timer = setTimeout(() => {
      const all = gathered
      gathered = []
      changed(all)
    }, SETTLE_MS)
  })
  return () => {
    clearTimeout(timer)
    stop()
  }
}

interface Shown {
  readonly frame: PreviewFrame
  /** It would not do what it is told. */
  isStuck(): boolean
  changed(paths: readonly string[]): void
  end(): void
}

interface Presenting {
  readonly parent: HTMLElement
  readonly to: string
  readonly id: string
  readonly site: ReturnType<typeof createSite>
  readonly store: ViewStore
}

function present({ parent, to, id, site, store }: Presenting): Shown {
  const status = (next: PreviewStatus): void => store.set({ status: next })
  store.set({ status: { type: 'starting' }, rows: [], errors: 0, path: to, title: '' })
  const pulse = createPulse({ beat: (n) => frame.order({ type: 'ping', n }), isBusy: (busy) => status({ type: busy ? 'busy' : 'shown' }) })
  const fail = (message: string): void => {
    pulse.stop()
    clearTimeout(late)
    frame.close()
    status({ type: 'failed', message })
  }
  const late = setTimeout(() => fail('The preview did not start within 15 s. Reload it.'), START_MS)
  const word = (said: PageWord): void => {
    if (said.type === 'hello') {
      if (!said.isLocked) return fail('The preview could reach into the app, so nothing of it is shown.')
      clearTimeout(late)
      store.set({ status: { type: 'shown' }, path: said.path, rows: [], errors: 0 })
      pulse.start()
    } else if (said.type === 'pong') pulse.answered(said.n)
    else if (said.type === 'failed') fail(`The preview could not start: ${said.why}`)
    else hear(store, said)
  }
  const request: FrameEvents['request'] = async (asked) => {
    const answer = await site.answer(asked, store.view().folder)
    if (answer.status >= 400) tellOfFailure(store, asked, answer)
    return answer
  }
  const origin = previewOrigin(location, id) ?? ''
  const flooded = (): void => fail('The page sent more than 5,000 messages in a second and was stopped. Reload it.')
  const frame = openPreviewFrame(parent, { origin, to }, { word, request, flooded })
  return {
    frame,
    isStuck: () => store.view().status.type !== 'shown',
    changed: (paths) => {
      if (store.view().status.type !== 'shown') return
      frame.order({ type: paths.every((path) => path.endsWith('.css')) ? 'styles' : 'reload' })
    },
    end: () => {
      pulse.stop()
      clearTimeout(late)
      frame.close()
    },
  }
}

/** Words that are shown. */
function hear(store: ViewStore, said: Extract<PageWord, { readonly type: 'at' | 'console' | 'dropped' }>): void {
  if (said.type === 'at') store.set({ path: said.path, title: said.title })
  else if (said.type === 'dropped') store.print('warn', `${said.lines} more lines were left out.`)
  else store.print(said.level, said.text, said.source)
}

function tellOfFailure(store: ViewStore, { method, path }: FilesRequest, { status }: Pick<FilesAnswer, 'status'>): void {
  // Browsers ask for it of themselves.
  if (path !== '/favicon.ico') store.print('error', `${method} ${path}: ${status}${status === 404 ? ' (not found)' : ''}`)
}

interface PulseOptions {
  readonly beat: (n: number) => void
  readonly isBusy: (busy: boolean) => void
}

/** Asks the page every second whether it lives. */
function createPulse({ beat, isBusy }: PulseOptions): { start(): void; stop(): void; answered(n: number): void } {
  let timer: ReturnType<typeof setInterval> | undefined
  let sent = 0
  let heard = 0
  let busy = false
  const say = (next: boolean): void => {
    if (next === busy) return
    busy = next
    isBusy(next)
  }
  const stop = (): void => clearInterval(timer)
  return {
    stop,
    start: () => {
      stop()
      sent = heard = 0
      busy = false
      timer = setInterval(() => {
        // A hidden tab's timers stand still, the page's with them.
        if (document.hidden) heard = sent
        else if (sent - heard >= MISSED_PINGS) say(true)
        sent += 1
        beat(sent)
      }, PING_MS)
    },
    answered: (n) => {
      heard = Math.max(heard, Math.min(n, sent))
      say(false)
    },
  }
}

interface ViewStore {
  view(): PreviewView
  subscribe(listener: () => void): () => void
  set(part: Partial<PreviewView>): void
  print(level: PreviewLevel, text: string, source?: string): void
}

/** Listeners hear of changes once a frame at most. */
function createViewStore(): ViewStore {
  let view = EMPTY
  let last = 0
  const listeners = new Set<() => void>()
  let due: ReturnType<typeof setTimeout> | undefined
  const set = (part: Partial<PreviewView>): void => {
    view = { ...view, ...part }
    due ??= setTimeout(() => {
      due = undefined
      for (const listener of listeners) listener()
    }, 16)
  }
  return {
    view: () => view,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    set,
    print: (level, text, source) => {
      const row: PreviewRow = { n: ++last, level, text, ...(source === undefined ? {} : { source }) }
      set({ rows: [...view.rows.slice(1 - MAX_ROWS), row], errors: view.errors + (level === 'error' ? 1 : 0) })
    },
  }
}
