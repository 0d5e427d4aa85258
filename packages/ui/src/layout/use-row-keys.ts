import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import type { VirtualizerHandle } from 'virtua'

/** One stop for Tab in a list of which only a part is on the page: arrows go from line to line. */
export interface RowKeys {
  /** The line that Tab leads to. */
  readonly at: number
  readonly onKeyDown: (event: KeyboardEvent) => void
  /** A line was pressed or took the focus otherwise. */
  readonly stand: (index: number) => void
  /** Brings the focus to the line that Tab leads to. */
  readonly enter: () => void
}

interface RowKeysOptions {
  readonly rows: number
  readonly list: RefObject<VirtualizerHandle | null>
  readonly box: RefObject<HTMLElement | null>
  /** Opens or closes the line. */
  readonly onFold?: (index: number, open: boolean) => void
}

/** Keys of {@link RowKeys}: ↑ ↓ Home End move, → opens, ← closes. */
export function useRowKeys({ rows, list, box, onFold }: RowKeysOptions): RowKeys {
  const [wanted, setWanted] = useState(0)
  const isMoving = useRef(false)
  const at = Math.min(wanted, Math.max(0, rows - 1))
  useEffect(() => {
    if (!isMoving.current) return
    isMoving.current = false
    focusRow({ list, box }, at)
  }, [at, box, list])
  const go = (index: number): void => {
    const next = Math.min(rows - 1, Math.max(0, index))
    if (next === at) return
    isMoving.current = true
    setWanted(next)
  }
  return {
    at,
    stand: setWanted,
    enter: () => focusRow({ list, box }, at),
    onKeyDown: (event) => {
      const moves: Readonly<Record<string, () => void>> = {
        ArrowDown: () => go(at + 1),
        ArrowUp: () => go(at - 1),
        Home: () => go(0),
        End: () => go(rows - 1),
        ArrowRight: () => onFold?.(at, true),
        ArrowLeft: () => onFold?.(at, false),
      }
      const move = event.target instanceof HTMLElement && event.target.dataset['row'] !== undefined ? moves[event.key] : undefined
      if (!move) return
      event.preventDefault()
      move()
    },
  }
}

function focusRow({ list, box }: Pick<RowKeysOptions, 'list' | 'box'>, at: number): void {
  list.current?.scrollToIndex(at, { align: 'nearest' })
  box.current?.querySelector<HTMLElement>(`[data-row="${at}"]`)?.focus({ preventScroll: true })
}
