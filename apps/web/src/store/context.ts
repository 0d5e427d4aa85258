import { createContext, useContext } from 'react'
import type { NotifyPlace } from '@tabwright/relay-client'
import { useStore, type StoreApi } from 'zustand'
import type { Catalogue, Offline, Runtime, Shares } from '@tabwright/runtime'
import type { AppStore } from './app-state'
import type { Handles } from './handles'

/** What every panel may reach. */
export interface AppParts {
  readonly store: StoreApi<AppStore>
  readonly handles: Handles
  readonly container: Runtime['container']
  /** Where the text in the box is kept per session. */
  readonly drafts: Pick<Catalogue, 'readDraft' | 'saveDraft' | 'readAttachment'>
  /** Links to copies of sessions. */
  readonly shares: Shares
  /** What of this page the browser keeps. */
  readonly offline: Offline
  /** The place that the relay's operator wants told; undefined without a relay. */
  readonly outside: NotifyPlace | undefined
}

/** Given once, in main.tsx. */
export const AppContext = createContext<AppParts | undefined>(undefined)

/** The store and the open sessions. */
export function useParts(): AppParts {
  const parts = useContext(AppContext)
  if (parts === undefined) throw new TypeError('this part of the page is outside of its AppContext')
  return parts
}

/** A piece of the store; renders again when that piece changed. */
export function useApp<T>(select: (state: AppStore) => T): T {
  return useStore(useParts().store, select)
}
