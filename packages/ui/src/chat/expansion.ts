import { createContext, useContext, useState } from 'react'
import { useDensity } from './density'

/** Which folded parts are open, by key. Rows leave the page when scrolled away; what a person opened stays open. */
export const Expansion = createContext<Map<string, boolean>>(new Map())

/** Open or folded, remembered under `key` while the transcript lives. */
export function useExpansion(key: string, isOpenFirst = false): readonly [boolean, (open: boolean) => void] {
  const remembered = useContext(Expansion)
  const isVerbose = useDensity() === 'verbose'
  const [open, setOpen] = useState(remembered.get(key) ?? (isOpenFirst || isVerbose))
  const change = (next: boolean): void => {
    remembered.set(key, next)
    setOpen(next)
  }
  return [open, change]
}
