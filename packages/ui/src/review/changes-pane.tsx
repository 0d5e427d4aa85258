import { failureOf, type FileReview } from '@tabwright/protocol'
import { Columns2, Rows2 } from 'lucide-react'
import { type JSX, useEffect, useRef, useState } from 'react'
import { Button } from '../layout/button'
import { plural } from '../layout/figures'
import { IconButton } from '../layout/icon-button'
import { ChangeRow } from './change-row'
import type { ChangeSource } from './change-source'
import { nextSelection, shownChanges, totals, undecided } from './change-view'
import css from './changes.module.css'
import { DiffPane } from './diff-pane'
import { useWide } from './use-wide'

export interface ChangesPaneProps {
  /** `undefined` while the session is being read. */
  readonly changes: readonly FileReview[] | undefined
  readonly source: ChangeSource
  /** Another tab writes the session: nothing can be decided from here. */
  readonly readOnly: boolean
  /** A wish to see a file's change; a new object each time. */
  readonly request?: { readonly path: string } | undefined
}

/** The selected path, moved on when its file leaves the list. */
function useSelection(changes: readonly FileReview[] | undefined, request: { readonly path: string } | undefined) {
  const [selected, setSelected] = useState<string>()
  const [known, setKnown] = useState<readonly FileReview[]>([])
  const [asked, setAsked] = useState<{ readonly path: string }>()
  if (changes !== undefined && changes !== known) {
    setKnown(changes)
    setSelected(nextSelection(selected, known, changes))
  }
  if (request !== undefined && request !== asked) {
    setAsked(request)
    setSelected(request.path)
  }
  return { review: changes?.find((one) => one.path === selected), select: setSelected }
}

/** Everything the agent changed and the person has not decided on: a list of files over one live diff. */
export function ChangesPane({ changes, source, readOnly, request }: ChangesPaneProps): JSX.Element {
  const pane = useRef<HTMLElement>(null)
  const wide = useWide(pane)
  const [unified, setUnified] = useState(false)
  const [busy, setBusy] = useState<readonly string[]>([])
  const [error, setError] = useState<string>()
  const { review, select } = useSelection(changes, request)
  const refocus = useRef(false)

  // The row that had the focus is gone after a decision; without this the focus would fall back to the page.
  useEffect(() => {
    if (!refocus.current || document.activeElement !== document.body) return
    refocus.current = false
    pane.current?.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus()
  }, [changes])

  const decide = async (key: string, shown: readonly FileReview[], decision: 'accepted' | 'rejected'): Promise<void> => {
    setBusy((now) => [...now, key])
    setError(undefined)
    refocus.current = pane.current?.contains(document.activeElement) === true
    try {
      await source.review(shownChanges(shown), decision)
    } catch (thrown) {
      setError(undecided(failureOf(thrown)))
    } finally {
      setBusy((now) => now.filter((one) => one !== key))
    }
  }

  const locked = readOnly || busy.includes(ALL)
  return (
    <section ref={pane} aria-label="Changes" className={css.pane} aria-busy={changes === undefined}>
      {changes === undefined && <Skeleton />}
      {changes?.length === 0 && <p className={css.sentence}>No changes in this session yet.</p>}
      {error !== undefined && (
        <p role="alert" className={css.error}>
          {error}
        </p>
      )}
      {changes !== undefined && changes.length > 0 && (
        <>
          <header className={css.head}>
            <Totals changes={changes} />
            {wide && (
              <IconButton label={unified ? 'Show side by side' : 'Show unified'} onPress={() => setUnified(!unified)}>
                {unified ? <Columns2 size={16} /> : <Rows2 size={16} />}
              </IconButton>
            )}
            <Button disabled={locked} onPress={() => void decide(ALL, changes, 'rejected')}>
              Reject all
            </Button>
            <Button look="primary" disabled={locked} onPress={() => void decide(ALL, changes, 'accepted')}>
              Accept all
            </Button>
          </header>
          <ul role="list" aria-label="Changed files" className={css.list}>
            {changes.map((one) => (
              <ChangeRow
                key={one.path}
                review={one}
                selected={one === review}
                disabled={locked || busy.includes(one.path)}
                onSelect={() => select(one.path)}
                onDecide={(decision) => void decide(one.path, [one], decision)}
              />
            ))}
          </ul>
          <div className={css.diff}>{review !== undefined && <DiffPane source={source} review={review} split={wide && !unified} />}</div>
        </>
      )}
    </section>
  )
}

/** No path: a path is never empty. */
const ALL = ''

function Totals({ changes }: { readonly changes: readonly FileReview[] }): JSX.Element {
  const sum = totals(changes)
  return (
    <p className={css.totals}>
      {plural(changes.length, 'file')} <span className={css.plus}>+{sum.added}</span> <span className={css.minus}>−{sum.removed}</span>
    </p>
  )
}

function Skeleton(): JSX.Element {
  return (
    <div className={css.skeleton}>
      <span className="visually-hidden">Loading changes</span>
      {[62, 48, 71].map((width) => (
        <div key={width} className={css.bone} style={{ width: `${width}%` }} />
      ))}
    </div>
  )
}
