import { failureOf, type FileReview } from '@tabwright/protocol'
import { useEffect, useState } from 'react'
import { t } from '../language'
import type { BothSides, ChangeSource } from './change-source'

export type ChangeState<Content extends BothSides = BothSides> =
  | { readonly type: 'loading' }
  | { readonly type: 'ready'; readonly path: string; readonly change: Content }
  | { readonly type: 'failed'; readonly message: string }

/** Both sides of the selected change, read again whenever the file or its review moves. What was shown stays until the new text is there. */
export function useChange<Content extends BothSides>(
  source: Pick<ChangeSource, 'watchFiles'> & { readChange(path: string): Promise<Content> },
  review: FileReview | undefined,
): ChangeState<Content> {
  const [state, setState] = useState<ChangeState<Content>>({ type: 'loading' })
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
        if (!gone)
          setState({ type: 'failed', message: t('The change could not be read: {message}', { message: failureOf(thrown).message }) })
      },
    )
    return () => {
      gone = true
    }
  }, [source, path, moved, review?.added, review?.removed, review?.status, review?.after, review?.refused])

  return state.type === 'ready' && state.path !== path ? { type: 'loading' } : state
}
