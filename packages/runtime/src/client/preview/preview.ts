import type { PreviewSight, PreviewView } from '@tabwright/protocol'
import type { SessionHandle } from '../api'
import { sightOf } from './looking'
import { Stage, type StageOptions } from './stage'
import { createViewStore } from './view-store'

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
  /** Shows what a program answers on this port, from its first page; undefined: files again. */
  servePort(port: number | undefined): void
  clearConsole(): void
}

interface PreviewOptions extends StageOptions {
  /** Told while it is shown. */
  readonly shows: (look: (withPicture?: boolean) => Promise<PreviewSight>) => () => void
  readonly watchFiles: (listener: (paths: readonly string[]) => void) => () => void
}

/** Several files are often written together. */
const SETTLE_MS = 80

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
    id: (again, port) =>
      previewId([handle.id, ...(port === undefined ? [] : [`:${port}`]), ...(again === 0 ? [] : [again])].join(' '), previewSecret()),
    files: handle,
    ports: handle.ports,
    watchFiles: handle.watchFiles,
    shows: handle.showsPreview,
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
  const stage = new Stage(options, store)
  const order = (type: 'back' | 'forward') => (): void => stage.shown?.frame.order({ type })
  return {
    getView: store.view,
    subscribe: store.subscribe,
    show: (parent) => {
      stage.take(parent)
      const stops = [
        options.shows((withPicture) => sightOf(store, () => stage.shown?.looking, withPicture)),
        watching(options, (paths) => stage.changed(paths)),
        options.ports.subscribe(() => stage.portsChanged()),
      ]
      return () => {
        for (const stop of stops) stop()
        stage.take(undefined)
      }
    },
    go: (path) => {
      const to = `/${path.replace(/^[/\\]+/, '')}`
      const shown = stage.shown
      if (store.view().status.type === 'busy') stage.openAnew(to)
      else if (shown === undefined || shown.isStuck()) stage.open(to)
      else shown.frame.order({ type: 'go', path: to })
    },
    back: order('back'),
    forward: order('forward'),
    reload: () => {
      const shown = stage.shown
      if (shown === undefined) stage.begin()
      else if (store.view().status.type === 'busy') stage.openAnew(store.view().path)
      else if (shown.isStuck()) stage.open(store.view().path)
      else shown.frame.order({ type: 'reload' })
    },
    serve: (folder) => stage.choose({ folder, port: undefined }),
    servePort: (port) => stage.choose({ port }),
    clearConsole: () => store.set({ rows: [], errors: 0 }),
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
