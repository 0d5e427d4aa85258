import { failureOf, type FileReview } from '@tabwright/protocol'
import { useEffect, useState } from 'react'
import type { ChangeContent, ChangeSource } from './change-source'

export type ChangeState =
  | { readonly type: 'loading' }
  | { readonly type: 'ready'; readonly path: string; readonly change: ChangeContent }
  | { readonly type: 'failed'; readonly message: string }

/** Both sides of the selected change, read again whenever the file or its review moves. What was shown stays until the new text is there. */
export function useChange(source: Pick<ChangeSource, 'readChange' | 'watchFiles'>, review: FileReview | undefined): ChangeState {
  const [state, setState] = useState<ChangeState>({ type: 'loading' })
  const [moved, setMoved] = useState(0)
  const path = review?.path

  useEffect(
    () =>
      source.watchFiles((paths) => {
        if (path !== undefined && paths.includes(path)) setMoved((n) => n + 1)
      }),
    [source, path],
  )

  useEffect(() => {
    if (path === undefined) return
    let gone = false
    source.readChange(path).then(
      (change) => {
        if (!gone) setState({ type: 'ready', path, change })
      },
      (thrown: unknown) => {
        if (!gone) setState({ type: 'failed', message: `The change could not be read: ${failureOf(thrown).message}` })
      },
    )
    return () => {
      gone = true
    }
  }, [source, path, moved, review?.added, review?.removed, review?.status, review?.after])

  return state.type === 'ready' && state.path !== path ? { type: 'loading' } : state
}
