import { createContext, useContext } from 'react'

/** Whether somebody can see the pane around this: what is not seen is not read anew. */
export const PaneShown = createContext(true)

/** As {@link PaneShown}. */
export function usePaneShown(): boolean {
  return useContext(PaneShown)
}
