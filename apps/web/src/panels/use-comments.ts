import { useCallback, useEffect, useState } from 'react'
import { failureOf } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { commentsFrom, type LineComment } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'
import { useParts } from '../store/context'

/** Comments on changes that were not sent yet; they outlive the page. */
interface Comments {
  readonly comments: readonly LineComment[]
  readonly keep: (comments: readonly LineComment[]) => void
}

const NONE: readonly LineComment[] = []

/** Each change is kept at once: there are few, and each is somebody's thought. */
export function useComments({ id }: SessionHandle): Comments {
  const { drafts, store } = useParts()
  const [held, setHeld] = useState({ id, comments: NONE })
  useEffect(() => {
    let gone = false
    drafts.readDraft(id, 'review').then(
      (kept) => {
        if (!gone) setHeld({ id, comments: commentsFrom(kept) })
      },
      (error: unknown) => store.getState().say(t('Your comments could not be read: {why}', { why: failureOf(error).message })),
    )
    return () => {
      gone = true
    }
  }, [id, drafts, store])
  const keep = useCallback(
    (comments: readonly LineComment[]): void => {
      setHeld({ id, comments })
      const text = comments.length === 0 ? '' : JSON.stringify(comments)
      drafts.saveDraft(id, text, 'review').catch((error: unknown) => {
        store.getState().say(t('Your comments could not be kept: {why}', { why: failureOf(error).message }))
      })
    },
    [id, drafts, store],
  )
  return { comments: held.id === id ? held.comments : NONE, keep }
}
