import { useSyncExternalStore } from 'react'
import { memory } from './remember'

const KEY = 'tabwright.terminal.screen-reader'

const listeners = new Set<() => void>()

/** Whether terminal and editor speak to a screen reader: both take time for it that others want for themselves. */
export function useScreenReader(): { readonly isOn: boolean; readonly set: (on: boolean) => void } {
  const isOn = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => memory.getItem(KEY) === 'on',
  )
  return {
    isOn,
    set: (on) => {
      memory.setItem(KEY, on ? 'on' : 'off')
      for (const listener of listeners) listener()
    },
  }
}
