import type { PreviewLevel, PreviewRow, PreviewView } from '@tabwright/protocol'

/** Older lines go. */
const MAX_ROWS = 300

const EMPTY: PreviewView = { status: { type: 'none' }, path: '/', title: '', folders: [], folder: '', ports: [], rows: [], errors: 0 }

/** What is shown of a preview, and whoever looks at it. */
export interface ViewStore {
  view(): PreviewView
  subscribe(listener: () => void): () => void
  set(part: Partial<PreviewView>): void
  print(level: PreviewLevel, text: string, source?: string): void
}

/** Listeners hear of changes once a frame at most. */
export function createViewStore(): ViewStore {
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
