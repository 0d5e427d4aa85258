import { useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import type { NoticeRow, Row } from '@tabwright/protocol'
import { ArrowDown } from 'lucide-react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { t } from '../language'
import { Boundary } from '../layout/boundary'
import { Announcer } from './announcer'
import { Doors, type CardDoors } from './card-places'
import { AskFix, type FailedCall } from './ask-fix'
import { AttachedBytes, type ReadBytes } from './attached-bytes'
import { Expansion } from './expansion'
import { ShownDensity, type Density } from './density'
import { createFollower } from './follow-end'
import { groupRows } from './group-rows'
import { useMessageSteps } from './message-steps'
import { Item, kindOf, type MessageMenus } from './transcript-item'
import styles from './transcript.module.css'

export interface TranscriptProps {
  /** Whose conversation: scroll position and open cards belong to it. Give it as `key` too. */
  readonly session: string
  readonly rows: readonly Row[]
  readonly density: Density
  /** The agent works: tests wait on `data-busy`, since rows scrolled away are not on the page. */
  readonly busy: boolean
  /** What can be done about the newest notice, when it is the last row. */
  readonly noticeAction?: (row: NoticeRow) => ReactNode
  readonly menus?: MessageMenus
  /** Reads what is attached. Keep the function from render to render. */
  readonly readBytes?: ReadBytes
  /** Puts a wish to mend a failed call into the box. Keep the function. Left out: none is offered. */
  readonly onFix?: ((call: FailedCall) => void) | undefined
  /** Where cards lead. Keep the object. Left out: nowhere. */
  readonly doors?: CardDoors | undefined
}

/** Keys that scroll up. */
const UPWARDS = new Set(['ArrowUp', 'PageUp', 'Home'])

/** The conversation. Only rows in view are on the page. */
export function Transcript({ session, rows, density, busy, noticeAction, menus, readBytes, onFix, doors }: TranscriptProps): ReactNode {
  const items = useMemo(() => groupRows(rows, density), [rows, density])
  // Another density begins with nothing opened or closed by hand.
  const expansion = useMemo(() => ({ of: density, map: new Map<string, boolean>() }), [density])
  const [away, setAway] = useState(false)
  const [follower] = useState(() => createFollower(session, setAway))
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const missed = useMissed(away, items.length)
  useLayoutEffect(() => {
    follower.attach(scroller.current)
    return () => follower.attach(null)
  }, [follower])
  useLayoutEffect(() => follower.follow(), [follower, items])
  useMessageSteps({ log: scroller, list, items, onMove: follower.movedUp })
  const newest = items.at(-1)?.key
  return (
    <div className={styles['frame']}>
      <div
        ref={scroller}
        className={styles['scroller']}
        role="log"
        aria-label={t('Conversation')}
        data-testid="transcript"
        aria-live="off"
        aria-busy={busy}
        data-busy={busy}
        data-density={density}
        tabIndex={0}
        onWheel={(event) => event.deltaY < 0 && follower.movedUp()}
        onTouchMove={follower.movedUp}
        onPointerDown={(event) => event.target === event.currentTarget && follower.movedUp()}
        onKeyDown={(event) => UPWARDS.has(event.key) && event.target === event.currentTarget && follower.movedUp()}
      >
        <Expansion key={expansion.of} value={expansion.map}>
          <ShownDensity value={density}>
            <AttachedBytes value={readBytes}>
              <AskFix value={onFix}>
                <Doors value={doors}>
                  <Virtualizer
                    ref={list}
                    scrollRef={scroller}
                    data={items}
                    onScroll={follower.scrolled}
                    onResize={follower.follow}
                    bufferSize={600}
                  >
                    {(item, place) => (
                      <div key={item.key} className={styles['item']} data-place={place} data-kind={kindOf(item)}>
                        <Boundary what={item.type === 'group' ? 'These calls' : 'This message'} raw={item}>
                          <Item item={item} action={item.key === newest ? noticeAction : undefined} menus={menus} />
                        </Boundary>
                      </div>
                    )}
                  </Virtualizer>
                </Doors>
              </AskFix>
            </AttachedBytes>
          </ShownDensity>
        </Expansion>
      </div>
      {away && (
        <button type="button" className={styles['jump']} onClick={follower.jump}>
          <ArrowDown size={14} aria-hidden /> {missed > 0 ? t('Jump to latest ({n})', { n: missed }) : t('Jump to latest')}
        </button>
      )}
      <Announcer rows={rows} />
    </div>
  )
}

/** How many rows came since the end went out of view. */
function useMissed(away: boolean, rows: number): number {
  const [since, setSince] = useState<number>()
  if (away && since === undefined) setSince(rows)
  if (!away && since !== undefined) setSince(undefined)
  return Math.max(0, rows - (since ?? rows))
}
