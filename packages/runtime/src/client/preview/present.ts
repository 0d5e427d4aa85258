import { previewOrigin, type PageWord } from '@tabwright/protocol'
import type { FilesAnswer, FilesRequest, PreviewStatus } from '@tabwright/protocol'
import { createLooking, type Looking } from './looking'
import { openPreviewFrame, type FrameEvents, type PreviewFrame } from './preview-frame'
import { createPulse } from './pulse'
import { createReloads } from './reloads'
import type { ViewStore } from './view-store'

const START_MS = 15_000
const RESTLESS = 'Files change each time this page is loaded; it is not loaded by itself for a while. Reload shows what they are now.'

/** A page that is shown. */
export interface Shown {
  readonly frame: PreviewFrame
  /** What stands on the page, and how it looks. */
  readonly looking: Looking
  /** It would not do what it is told. */
  isStuck(): boolean
  changed(paths: readonly string[]): void
  end(): void
}

export interface Presenting {
  readonly parent: HTMLElement
  readonly to: string
  readonly id: string
  readonly answer: FrameEvents['request']
  readonly store: ViewStore
}

/** Shows a page until `end` is called. */
export function present({ parent, to, id, answer: find, store }: Presenting): Shown {
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
  const looking = createLooking((order) => frame.order(order))
  const word = (said: PageWord): void => {
    if (said.type === 'hello') {
      if (!said.isLocked) return fail('The preview could reach into the app, so nothing of it is shown.')
      clearTimeout(late)
      store.set({ status: { type: 'shown' }, path: said.path, rows: [], errors: 0 })
      pulse.start()
    } else if (said.type === 'seen' || said.type === 'pictured' || said.type === 'unpictured') looking.heard(said)
    else if (said.type === 'pong') pulse.answered(said.n)
    else if (said.type === 'failed') fail(`The preview could not start: ${said.why}`)
    else hear(store, said)
  }
  const request: FrameEvents['request'] = async (asked, signal) => {
    const answer = await find(asked, signal)
    if (answer.status >= 400) tellOfFailure(store, asked, answer)
    return answer
  }
  const origin = previewOrigin(location, id) ?? ''
  const flooded = (): void => fail('The page sent more than 5,000 messages in a second and was stopped. Reload it.')
  const reloads = createReloads(() => store.print('warn', RESTLESS))
  const frame = openPreviewFrame(parent, { origin, to }, { word, request, flooded })
  return {
    frame,
    looking,
    isStuck: () => store.view().status.type !== 'shown',
    changed: (paths) => {
      if (store.view().status.type !== 'shown') return
      if (paths.every((path) => path.endsWith('.css') && !path.endsWith('.module.css'))) frame.order({ type: 'styles' })
      else if (reloads.may()) frame.order({ type: 'reload' })
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
