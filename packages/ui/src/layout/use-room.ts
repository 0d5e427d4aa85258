import { useEffect, useRef } from 'react'
import type { FrameOpen, FramePart } from './frame-parts'

/** Whether a person moves an edge between columns, by pointer or by keys. */
function movesEdge(): boolean {
  return document.activeElement?.getAttribute('role') === 'separator' || document.querySelector('[data-separator="active"]') !== null
}

/**
 * Follows the sizes of columns. One that was dragged shut stays shut; one that the window had no room for any more comes back with the room.
 * @param narrow sizes mean nothing then
 */
export function useRoom(
  open: FrameOpen,
  onOpen: (part: FramePart, open: boolean) => void,
  narrow: boolean,
): (part: FramePart, pixels: number) => void {
  /** Width of the window that each had room in. */
  const squeezed = useRef(new Map<FramePart, number>())
  const width = useRef(innerWidth)
  useEffect(() => {
    for (const part of squeezed.current.keys()) if (open[part]) squeezed.current.delete(part)
  }, [open])
  useEffect(() => {
    const resized = (): void => {
      for (const [part, wanted] of squeezed.current) if (innerWidth >= wanted) onOpen(part, true)
      // What the columns do of this resize they do after it was told: they are to know what it was before.
      setTimeout(() => (width.current = innerWidth))
    }
    addEventListener('resize', resized)
    return () => removeEventListener('resize', resized)
  }, [onOpen])
  return (part, pixels) => {
    if (narrow || pixels > 0 === open[part]) return
    if (pixels === 0 && !movesEdge()) squeezed.current.set(part, Math.max(width.current, innerWidth + 1))
    onOpen(part, pixels > 0)
  }
}
