import { useCallback, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import type { VirtualizerHandle } from 'virtua'

/** Closer to the end than this counts as being there. */
const NEAR = 48

/** Where each session's transcript was left; a person who comes back finds it there. */
const left = new Map<string, number>()

export interface StickToEnd {
  readonly list: RefObject<VirtualizerHandle | null>
  /** Not at the end: new rows are counted, not scrolled to. */
  readonly away: boolean
  /** Rows that came while away. */
  readonly missed: number
  readonly onScroll: (offset: number) => void
  readonly onResize: () => void
  readonly jump: () => void
}

/**
 * Keeps the end in view while a person is there, and leaves them alone once they scrolled up. Only a move upwards
 * lets go: content that grows below also changes the distance to the end, and that must not count.
 */
export function useStickToEnd(session: string, rows: number): StickToEnd {
  const list = useRef<VirtualizerHandle>(null)
  const pinned = useRef(!left.has(session))
  const lastOffset = useRef(0)
  const [awaySince, setAwaySince] = useState<number>()

  const toEnd = useCallback((): void => {
    if (pinned.current && rows > 0) list.current?.scrollToIndex(rows - 1, { align: 'end' })
  }, [rows])

  useLayoutEffect(() => {
    const offset = left.get(session)
    if (offset !== undefined) list.current?.scrollTo(offset)
  }, [session])
  useLayoutEffect(toEnd)

  const onScroll = (offset: number): void => {
    const handle = list.current
    if (handle === null) return
    const distance = handle.scrollSize - handle.viewportSize - offset
    if (distance <= NEAR) {
      pinned.current = true
      left.delete(session)
      setAwaySince(undefined)
    } else if (offset < lastOffset.current || !pinned.current) {
      pinned.current = false
      left.set(session, offset)
      setAwaySince((since) => since ?? rows)
    }
    lastOffset.current = offset
  }

  const jump = (): void => {
    pinned.current = true
    left.delete(session)
    setAwaySince(undefined)
    list.current?.scrollToIndex(rows - 1, { align: 'end' })
  }

  return { list, away: awaySince !== undefined, missed: Math.max(0, rows - (awaySince ?? rows)), onScroll, onResize: toEnd, jump }
}
