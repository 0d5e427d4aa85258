import type { PageWord, PreviewOrder, PreviewSight, PreviewStatus } from '@tabwright/protocol'
import type { ViewStore } from './view-store'

type Seen = Extract<PageWord, { readonly type: 'seen' }>

/** A page that is asked what it shows. */
export interface Looking {
  /** Undefined where it does not say so in time. */
  look(): Promise<Seen | undefined>
  seen(word: Seen): void
}

/** A page that lays out much answers late; one that spins never. */
const ANSWER_MS = 3000
/** A page that was opened just now is waited for. */
const START_MS = 5000

export function createLooking(order: (order: PreviewOrder) => void): Looking {
  let last = 0
  const waiting = new Map<number, (seen: Seen | undefined) => void>()
  return {
    look: () => {
      const n = ++last
      return new Promise((resolve) => {
        const late = setTimeout(() => end(undefined), ANSWER_MS)
        const end = (seen: Seen | undefined): void => {
          clearTimeout(late)
          waiting.delete(n)
          resolve(seen)
        }
        waiting.set(n, end)
        order({ type: 'look', n })
      })
    },
    seen: (word) => waiting.get(word.n)?.(word),
  }
}

/** What a preview shows at this moment, to whoever does not see it. @param page of the page that is shown then, if one is */
export async function sightOf(store: ViewStore, page: () => Promise<Seen | undefined>): Promise<PreviewSight> {
  await started(store)
  const found = store.view().status.type === 'shown' ? await page() : undefined
  const { status, path, title, folder, port, rows, errors } = store.view()
  return {
    status,
    path,
    title,
    folder,
    ...(port !== undefined && { port }),
    rows,
    errors,
    ...(found && { page: { text: found.text, width: found.width, height: found.height } }),
  }
}

function started(store: Pick<ViewStore, 'view' | 'subscribe'>): Promise<void> {
  const isStarting = ({ type }: PreviewStatus): boolean => type === 'starting'
  if (!isStarting(store.view().status)) return Promise.resolve()
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(late)
      unsubscribe()
      resolve()
    }
    const late = setTimeout(end, START_MS)
    const unsubscribe = store.subscribe(() => {
      if (!isStarting(store.view().status)) end()
    })
  })
}
