import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { usePanelRef } from 'react-resizable-panels'

/** Per cent of its group: less is no size that somebody gave a panel. */
const LEAST = 5

type PanelRef = ReturnType<typeof usePanelRef>

/**
 * Holds a panel to `open`. On a narrow screen nothing is collapsed: style alone decides what shows.
 * @param size with which it opens first, where its group may have had no room when it was closed: the panel knows no size from before then and
 *   would open with the least
 */
export function usePart(open: boolean, narrow: boolean, size?: string): PanelRef {
  const panel = usePanelRef()
  const last = useRef(size)
  // The panel can be told only once its group has measured itself, which is after the first layout.
  const [ready, setReady] = useState(false)
  useEffect(() => setReady(true), [])
  useLayoutEffect(() => {
    if (narrow || !ready) return
    const hold = (): void => {
      const handle = panel.current
      if (handle === null) return
      if (!open) {
        // Nothing is remembered of a panel that was not open, or had no room yet.
        const { asPercentage } = handle.getSize()
        if (size !== undefined && !handle.isCollapsed() && asPercentage >= LEAST) last.current = `${asPercentage}%`
        handle.collapse()
      } else if (handle.isCollapsed()) {
        handle.expand()
        if (last.current !== undefined) handle.resize(last.current)
      }
    }
    hold()
    // A group that was narrow until now has not measured itself anew: what it is told before that it forgets.
    const measured = requestAnimationFrame(hold)
    return () => cancelAnimationFrame(measured)
  }, [open, narrow, panel, ready, size])
  return panel
}
