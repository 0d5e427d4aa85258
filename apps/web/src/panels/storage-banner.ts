import { assertNever, type Failure } from '@tabwright/protocol'
import type { StorageState } from '@tabwright/runtime'
import { sizes } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'

export type StorageAction = 'Free space' | 'Export' | 'Restore' | 'Reload' | 'Try again' | 'Dismiss'

/** What the page says about its storage, and what can be done. */
export interface StorageNotice {
  readonly kind: 'alert' | 'note'
  readonly text: string
  readonly actions: readonly StorageAction[]
}

export interface StorageSaid {
  /** Why the list of sessions could not be read. */
  readonly failure: Failure | undefined
  /** The open session says that the disk is full. */
  readonly isSaid: boolean
  /** A text that the person has read and put away. */
  readonly read: string | undefined
}

/** From here on the browser may refuse at any time. */
const PRESSURE = 0.9

/** The one thing that has to be said about storage; nothing while all is well. */
export function storageBanner(storage: StorageState | undefined, said: StorageSaid): StorageNotice | undefined {
  const notice = storage === undefined ? undefined : noticeOf(storage, said)
  if (notice !== undefined) return notice.text === said.read ? undefined : notice
  if (said.failure === undefined) return undefined
  const reload = said.failure.code === 'newer'
  return {
    kind: 'alert',
    text: t('The sessions could not be read: {why}', { why: said.failure.message }),
    actions: [reload ? 'Reload' : 'Try again'],
  }
}

function noticeOf(storage: StorageState, { isSaid }: StorageSaid): StorageNotice | undefined {
  switch (storage.type) {
    case 'off':
      return {
        kind: 'alert',
        text: t('Storage is switched off in this browser: everything works, but nothing outlives this tab.'),
        actions: ['Export'],
      }
    case 'blocked':
      return { kind: 'alert', text: storage.reason, actions: ['Try again'] }
    case 'outdated':
      return { kind: 'alert', text: storage.reason, actions: ['Reload'] }
    case 'kept':
      return keptNotice(storage, isSaid)
    default:
      return assertNever(storage)
  }
}

function keptNotice(storage: Extract<StorageState, { type: 'kept' }>, isSaid: boolean): StorageNotice | undefined {
  const { used, quota, full, removed } = storage
  if (full !== undefined) return isSaid ? undefined : { kind: 'alert', text: full, actions: ['Free space', 'Export', 'Try again'] }
  if (removed !== undefined) return { kind: 'alert', text: removed, actions: ['Restore', 'Dismiss'] }
  if (quota === 0 || used / quota < PRESSURE || isSaid) return undefined
  return {
    kind: 'note',
    text: t('Storage is nearly full ({sizes}). Nothing is lost; make room before it is.', { sizes: sizes(used, quota) }),
    actions: ['Free space', 'Export'],
  }
}
