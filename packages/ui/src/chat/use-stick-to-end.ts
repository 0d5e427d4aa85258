import { useCallback, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import type { VirtualizerHandle } from 'virtua'

/** Closer to the end than this counts as being there. Pixels. */
const NEAR = 48

/** A wheel's smooth scroll is over by then. */
const SETTLE_MS = 300

/** Where each session's transcript was left; a person who comes back finds it there. */
const left = new Map<string, number>()

export interface StickToEnd {
  readonly list: RefObject<VirtualizerHandle | null>
  /** The box that scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>
  /** Not at the end: new rows are counted, not scrolled to. */
  readonly away: boolean
  /** Rows that came while away. */
  readonly missed: number
  readonly onScroll: (offset: number) => void
  readonly onResize: () => void
  /** A wheel, a finger, a key or the scroll bar moves up: following would fight the person. */
  readonly onMoveUp: () => void
  readonly jump: () => void
}

interface Follow {
  pinned: boolean
  /** The last offset that was reported. */
  offset: number
  /** The last offset that was set from here. */
  setTo: number
  /** Where the person let go of the end. */
  releasedAt: number
  settling: ReturnType<typeof setTimeout> | undefined
}

/**
 * Keeps the end in view while a person is there, and leaves them alone once they move up. The move itself counts, not
 * where it led: text that streams in changes the distance to the end too, and every frame that follows it would undo
 * the first pixels of a scroll.
 */
export function useStickToEnd(session: string, rows: number): StickToEnd {
  const list = useRef<VirtualizerHandle>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const follow = useRef<Follow>({ pinned: !left.has(session), offset: 0, setTo: -1, releasedAt: 0, settling: undefined })
  const [awaySince, setAwaySince] = useState<number>()

  // At once and not through the list's own scrollTo, which goes on for some frames: long enough to undo a move up.
  const toEnd = useCallback((): void => {
    const box = scroller.current
    if (!follow.current.pinned || box === null) return
    box.scrollTop = box.scrollHeight
    follow.current.setTo = box.scrollTop
  }, [])

  useLayoutEffect(() => {
    const offset = left.get(session)
    if (offset !== undefined) list.current?.scrollTo(offset)
  }, [session])
  useLayoutEffect(toEnd)

  const distance = (): number => {
    const box = scroller.current
    return box === null ? 0 : box.scrollHeight - box.clientHeight - box.scrollTop
  }
  const pin = (): void => {
    follow.current.pinned = true
    left.delete(session)
    setAwaySince(undefined)
  }
  const onScroll = (offset: number): void => {
    const now = follow.current
    const isDownwards = offset > now.offset
    // The echo of our own scroll may come after a person's move began.
    const isOurs = Math.abs(offset - now.setTo) < 2
    const isUpwards = offset < now.offset - 2
    now.offset = offset
    if (isOurs) return
    // The scroll bar, find-in-page, a focused row: moves that no wheel or key announced.
    if (now.pinned && isUpwards && distance() > NEAR) {
      now.pinned = false
      now.releasedAt = offset + distance()
    }
    if (now.pinned) return
    if (isDownwards && distance() <= NEAR) return pin()
    left.set(session, offset)
    if (now.releasedAt - offset > NEAR) setAwaySince((since) => since ?? rows)
  }
  const onMoveUp = (): void => {
    const now = follow.current
    const box = scroller.current
    // Nothing to move: a transcript that fits its box stays pinned.
    if (box === null || box.scrollHeight <= box.clientHeight) return
    if (now.pinned) now.releasedAt = box.scrollTop
    now.pinned = false
    clearTimeout(now.settling)
    // A nudge that leads nowhere is no wish to stay behind.
    now.settling = setTimeout(() => {
      if (now.releasedAt - box.scrollTop <= NEAR && !now.pinned) pin()
    }, SETTLE_MS)
  }
  const jump = (): void => {
    pin()
    toEnd()
  }
  return { list, scroller, away: awaySince !== undefined, missed: Math.max(0, rows - (awaySince ?? rows)), onScroll, onResize: toEnd, onMoveUp, jump }
}
