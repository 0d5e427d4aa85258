import { useCallback } from 'react'
import { chordText, isMacLike } from '@tabwright/ui'
import type { ActionId } from '../keys/actions'
import { keysOf } from '../keys/key-map'
import { useApp } from '../store/context'

/** Whether ⌘ is the key for commands here. */
export const IS_MAC = isMacLike(navigator.platform)

/** The keys of an action as they are now, as people read them. */
export function useKeyText(): (action: ActionId) => string {
  const own = useApp((state) => state.keys)
  return useCallback((action) => chordText(keysOf(action, own), IS_MAC), [own])
}
