import type { PageWord, PreviewOrder, PreviewPicture, PreviewSight, PreviewStatus } from '@tabwright/protocol'
import type { ViewStore } from './view-store'

/** What a page says when it was asked what it shows. */
export type SeenWord = Extract<PageWord, { readonly type: 'seen' | 'pictured' | 'unpictured' }>
type Seen = Extract<PageWord, { readonly type: 'seen' }>

/** A page that is asked what it shows. */
export interface Looking {
  /** Undefined where it does not say so in time. */
  look(): Promise<Seen | undefined>
  /** How it looks. */
  picture(): Promise<PreviewPicture>
  heard(word: SeenWord): void
}

/** A page that lays out much answers late; one that spins never. */
const ANSWER_MS = 3000
/** Longer than a page gives itself for one. */
const PICTURE_MS = 10_000
/** A page that was opened just now is waited for. */
const START_MS = 5000

export function createLooking(order: (order: PreviewOrder) => void): Looking {
  let last = 0
  const waiting = new Map<number, (word: SeenWord | undefined) => void>()
  const ask = (type: 'look' | 'picture', ms: number): Promise<SeenWord | undefined> => {
    const n = ++last
    return new Promise((resolve) => {
      const late = setTimeout(() => end(undefined), ms)
      const end = (word: SeenWord | undefined): void => {
        clearTimeout(late)
        waiting.delete(n)
        resolve(word)
      }
      waiting.set(n, end)
      order({ type, n })
    })
  }
  return {
    look: async () => {
      const word = await ask('look', ANSWER_MS)
      return word?.type === 'seen' ? word : undefined
    },
    picture: async () => {
      const word = await ask('picture', PICTURE_MS)
      if (word?.type === 'pictured') return { bytes: word.bytes, lacks: word.lacks }
      return { why: word?.type === 'unpictured' ? word.why : `the page did not make one within ${PICTURE_MS / 1000} s` }
    },
    heard: (word) => waiting.get(word.n)?.(word),
  }
}

/**
 * What a preview shows at this moment, to whoever does not see it.
 * @param page the page that is shown then, if one is
 * @param withPicture whether to ask it for a picture as well
 */
export async function sightOf(
  store: ViewStore,
  page: () => Pick<Looking, 'look' | 'picture'> | undefined,
  withPicture = false,
): Promise<PreviewSight> {
  await started(store)
  const asked = store.view().status.type === 'shown' ? page() : undefined
  const [found, picture] = await Promise.all([asked?.look(), withPicture ? asked?.picture() : undefined])
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
    ...(picture && { picture }),
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
