import { useEffect, useState } from 'react'
import { failureOf, type Removal, type ShareChoice } from '@tabwright/protocol'

/** A copy of a session that waits for a person to have looked at what it does not have. */
export interface PreparedCopy {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Of the session, without what is taken out. */
  readonly title: string
  readonly removals: readonly Removal[]
  readonly leftOut: readonly string[]
}

export type Preparing =
  | { readonly type: 'working' }
  | { readonly type: 'ready'; readonly copy: PreparedCopy }
  | { readonly type: 'failed'; readonly message: string }

/** What is typed settles first: a long session is looked through anew for every choice. */
const SETTLE_MS = 400

/** The copy of this choice. What belongs to another is never shown: nobody is to share what they did not see. */
export function usePrepared(prepare: (choice: ShareChoice) => Promise<PreparedCopy>, choice: ShareChoice): Preparing {
  const [made, setMade] = useState<{ readonly of: ShareChoice; readonly state: Preparing }>()
  useEffect(() => {
    let isHere = true
    const keep = (state: Preparing): void => {
      if (isHere) setMade({ of: choice, state })
    }
    const timer = setTimeout(() => {
      prepare(choice).then(
        (copy) => keep({ type: 'ready', copy }),
        (error: unknown) => keep({ type: 'failed', message: failureOf(error).message }),
      )
    }, SETTLE_MS)
    return () => {
      isHere = false
      clearTimeout(timer)
    }
  }, [prepare, choice])
  return made?.of === choice ? made.state : { type: 'working' }
}
