import { useEffect, useState } from 'react'
import { failureOf, type FoundSession, type SessionId } from '@tabwright/protocol'

/** Sessions that hold the words; the text says where, and is undefined where the title alone does. */
export type Found = ReadonlyMap<SessionId, string | undefined>

/** What came of looking through the messages. */
export interface Said {
  readonly found: Found
  readonly isLooking: boolean
  readonly problem?: string
}

const NOTHING: Found = new Map()

/** Looks through the messages of all sessions with every change of the query; an answer to an older one is dropped. */
export function useSearch(query: string, search: (query: string) => Promise<readonly FoundSession[]>): Said {
  const [answer, setAnswer] = useState<{ readonly to: string; readonly found: Found; readonly problem?: string }>()
  const wanted = query.trim()
  useEffect(() => {
    if (wanted === '') return
    let isOld = false
    search(wanted).then(
      (found) => !isOld && setAnswer({ to: wanted, found: new Map(found.map(({ session, words }) => [session, words])) }),
      (thrown: unknown) => !isOld && setAnswer({ to: wanted, found: NOTHING, problem: failureOf(thrown).message }),
    )
    return () => {
      isOld = true
    }
  }, [wanted, search])
  if (wanted === '') return { found: NOTHING, isLooking: false }
  if (answer?.to !== wanted) return { found: NOTHING, isLooking: true }
  return { found: answer.found, isLooking: false, ...(answer.problem !== undefined && { problem: answer.problem }) }
}
