import { useEffect, useLayoutEffect, useState } from 'react'
import { usePanelRef } from 'react-resizable-panels'

type PanelRef = ReturnType<typeof usePanelRef>

/** Holds a panel to `open`. On a narrow screen nothing is collapsed: style alone decides what shows. */
export function usePart(open: boolean, narrow: boolean): PanelRef {
  const panel = usePanelRef()
  // The panel can be told only once its group has measured itself, which is after the first layout.
  const [ready, setReady] = useState(false)
  useEffect(() => setReady(true), [])
  useLayoutEffect(() => {
    const handle = panel.current
    if (handle === null || narrow || !ready) return
    if (!open) handle.collapse()
    else if (handle.isCollapsed()) handle.expand()
  }, [open, narrow, panel, ready])
  return panel
}
