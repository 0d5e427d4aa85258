import { failureOf, type FileHits, type FileSearchEnd, type FileSearchWish } from '@tabwright/protocol'
import { useEffect, useState } from 'react'
import type { FileSource } from './file-source'

/** What a search has found so far, and how it ended. */
export interface FileSearchState {
  readonly found: readonly FileHits[]
  /** Undefined while it goes on. */
  readonly end?: FileSearchEnd
  /** Why it could not be done, as a sentence. */
  readonly problem?: string
}

const NONE: FileSearchState = { found: [] }

/** Looks through the contents with every change of the wish; what an older one found is dropped as soon as the newer one has something to say. */
export function useFileSearch(source: Pick<FileSource, 'searchFiles'>, wish: FileSearchWish): FileSearchState {
  const { text, isExpression, isExact } = wish
  const [state, setState] = useState<FileSearchState>(NONE)
  useEffect(() => {
    let isOver = false
    let state: FileSearchState = NONE
    const show = (more: Partial<FileSearchState>): void => {
      state = { ...state, ...more }
      if (!isOver) setState(state)
    }
    // What was found and the end come by ways of their own: the end may be here first.
    const told = (some: readonly FileHits[]): void => show({ found: [...state.found, ...some] })
    source.searchFiles({ text, isExpression, isExact }, told).then(
      (end) => show({ end }),
      (thrown: unknown) => {
        const { code, message } = failureOf(thrown)
        if (code !== 'aborted') show({ found: [], problem: message })
      },
    )
    return () => {
      isOver = true
    }
  }, [source, text, isExpression, isExact])
  // A pane that goes away looks for nothing any more.
  useEffect(
    () => () => void source.searchFiles({ text: '', isExpression: false, isExact: false }, () => undefined).catch(reportError),
    [source],
  )
  return text === '' ? NONE : state
}
