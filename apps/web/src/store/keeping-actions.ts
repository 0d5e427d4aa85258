import { failureOf } from '@tabwright/protocol'
import type { Catalogue } from '@tabwright/runtime'
import type { AppStore, Getter, Setter } from './app-state'
import { handingOver } from './handing-over'

type KeepingActions = Pick<
  AppStore,
  | 'exportSession'
  | 'shareSession'
  | 'saveMarkdown'
  | 'saveShared'
  | 'importSession'
  | 'readStorage'
  | 'persist'
  | 'readMirror'
  | 'mirrorOn'
  | 'mirrorKept'
  | 'mirrorOff'
  | 'restoreMirror'
>

/** Limits of an imported session in bytes: one from somewhere else, and a backup of one's own. */
const MOST_IMPORTED = 25 * 1024 * 1024
const MOST_BACKUP = 500 * 1024 * 1024

/** Where sessions are kept: this browser's storage, and files. */
export function keepingActions({ catalogue }: { readonly catalogue: Catalogue }, set: Setter, get: Getter): KeepingActions {
  const readStorage = async (): Promise<void> => {
    try {
      set({ storage: await catalogue.storage(), storageFailure: undefined })
    } catch (error) {
      set({ storageFailure: failureOf(error) })
    }
  }
  const readMirror = async (): Promise<void> => {
    try {
      set({ mirror: await catalogue.mirror.state() })
    } catch (error) {
      set({ mirror: { type: 'unavailable', reason: failureOf(error).message } })
    }
  }
  return {
    ...handingOver(catalogue, get),
    importSession: async (file, isBackup) => {
      // No more is read than import could take; what is larger it refuses.
      const bytes = await file.slice(0, (isBackup ? MOST_BACKUP : MOST_IMPORTED) + 1).arrayBuffer()
      const session = await catalogue.importSession(new Uint8Array(bytes), { isBackup })
      await get().readSessions()
      return session
    },
    readStorage,
    readMirror,
    mirrorOn: async (code) => {
      await catalogue.mirror.turnOn(code)
      await readMirror()
    },
    mirrorKept: async () => {
      await catalogue.mirror.kept()
      await readMirror()
    },
    mirrorOff: async (erase) => {
      await catalogue.mirror.turnOff({ erase })
      await readMirror()
    },
    restoreMirror: async (code, conflict) => {
      const restored = await catalogue.mirror.restore(code, conflict)
      await get().readSessions()
      return restored.length
    },
    persist: async () => {
      const kept = await catalogue.persist()
      await readStorage()
      return kept
    },
  }
}
