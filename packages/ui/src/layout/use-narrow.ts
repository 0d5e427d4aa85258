import { useSyncExternalStore } from 'react'

/** Below this there is room for one column. The style sheet of the frame follows `data-narrow`, so the number stands here alone. */
const NARROW = '(max-width: 899px)'

function subscribe(listener: () => void): () => void {
  const query = matchMedia(NARROW)
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

/** Whether the window is too narrow for columns. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(NARROW).matches)
}
