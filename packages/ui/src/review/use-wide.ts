import { type RefObject, useEffect, useState } from 'react'

/** Two columns of code need this much, in CSS pixels (ux.md §7). */
const SPLIT_FROM = 1000

/** Whether a box is wide enough for a diff side by side. */
export function useWide(box: RefObject<HTMLElement | null>): boolean {
  const [wide, setWide] = useState(false)
  useEffect(() => {
    if (box.current === null) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined && entry.contentRect.width > 0) setWide(entry.contentRect.width >= SPLIT_FROM)
    })
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [box])
  return wide
}
