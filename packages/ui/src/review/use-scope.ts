import { failureOf, type FileReview, type HistoryPoint, type PointChange } from '@tabwright/protocol'
import { useEffect, useRef, useState } from 'react'
import { t } from '../language'
import { memory } from '../layout/remember'
import type { ChangeSource } from './change-source'
import { keepScope, readScope, scopeStart, type Scope } from './scope'

/** What became of the files since a place. */
export interface ScopeFiles {
  readonly from: number
  readonly changes: readonly PointChange[]
}

/** The scope of the pane, and what each comes to. */
export interface Scopes {
  readonly scope: Scope
  readonly points: readonly HistoryPoint[]
  readonly turn: ScopeFiles | undefined
  readonly since: ScopeFiles | undefined
  readonly problem: string | undefined
  readonly choose: (scope: Scope) => void
}

interface Known extends Pick<Scopes, 'points' | 'turn' | 'since' | 'problem'> {}

/** Between the last change and the look at what it came to. */
const PAUSE_MS = 300

const NOTHING: Known = { points: [], turn: undefined, since: undefined, problem: undefined }

/** Reads the past again whenever files or what waits changed: one reading at a time, the newest wish after it. */
export function useScopes(session: string, source: ChangeSource, changes: readonly FileReview[] | undefined): Scopes {
  const [scope, setScope] = useState(() => readScope(memory, session))
  const [known, setKnown] = useState(NOTHING)
  const [moved, setMoved] = useState(0)
  const reading = useRef<Promise<void>>(Promise.resolve())
  const asked = useRef<Scope>(undefined)
  useEffect(() => source.watchFiles(() => setMoved((n) => n + 1)), [source])
  const isOpen = changes !== undefined
  useEffect(() => {
    if (!isOpen) return
    let gone = false
    const read = (): void => {
      reading.current = reading.current.then(async () => {
        // A newer wish waits behind this one.
        if (gone) return
        const next = await readScopes(source, scope)
        if (asked.current === scope) setKnown((now) => ({ ...now, ...next }))
      })
    }
    // An agent at work changes files many times a second; what was chosen is shown at once.
    const isChosen = asked.current !== scope
    asked.current = scope
    const timer = setTimeout(read, isChosen ? 0 : PAUSE_MS)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [source, scope, moved, changes, isOpen])
  const choose = (next: Scope): void => {
    keepScope(memory, session, next)
    setScope(next)
  }
  return { ...known, scope, choose }
}

/** Never rejects: the next reading stands behind this one. */
async function readScopes(source: ChangeSource, scope: Scope): Promise<Partial<Known>> {
  try {
    const points = await source.points()
    const since = async (from: number | undefined): Promise<ScopeFiles | undefined> =>
      from === undefined ? undefined : { from, changes: await source.compare(from, 'now') }
    const turn = await since(scopeStart({ type: 'turn' }, points))
    return { points, turn, since: scope.type === 'since' ? await since(scopeStart(scope, points)) : undefined, problem: undefined }
  } catch (error) {
    return { problem: t('The past of this session could not be read: {message}', { message: failureOf(error).message }) }
  }
}
