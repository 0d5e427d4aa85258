import type { Model, ModelInfo, SessionId } from '@tabwright/protocol'
import { proxied } from '../client/remote'
import type { PageHost } from '../client/worker-api'
import { systemClock } from '../io/clock-system'
import type { SessionLock } from '../io/lock-web'
import { demoModel } from '../io/model-demo'
import { previewMemory, terminalsMemory } from '../io/side-memory'
import type { SessionStore } from '../io/session-store'
import { openWorkspace } from '../workspace/workspace'
import type { Parts } from './compose'
import type { LiveChannel } from './live-channel'
import type { Platform } from './platform'
import { channelRoom } from './tabs-under-test'

const unused = async (): Promise<never> => Promise.reject(new Error('not used here'))

/** A page of which nothing is asked. */
export const PAGE_HOST = proxied<PageHost>({
  openFrame: unused,
  closeFrame: unused,
  openHookFrame: unused,
  closeHookFrame: unused,
  keyPort: unused,
  lookAtPreview: unused,
  functionsPort: unused,
  memoryPort: unused,
  renewToken: unused,
  openContainerFrame: unused,
  closeContainerFrame: unused,
  openContainer: unused,
  gitPerson: unused,
})

/** The model that a session is opened with where a test does not say. */
export const DEMO_INFO = { id: 'demo', label: 'Demo' } as const satisfies ModelInfo

/** What a tab under test stands on. */
export interface PlatformUnderTest {
  readonly session: SessionId
  readonly store: SessionStore
  readonly lock: SessionLock
  /** Hands that do nothing, and a cheap hash. */
  readonly fakes: () => Pick<Parts, 'hands' | 'hash'>
  readonly channel?: LiveChannel
  readonly model?: Model
  readonly info?: ModelInfo
}

/** Everything in memory but the clock. */
export function platformUnderTest({ session, store, lock, fakes, channel, model, info = DEMO_INFO }: PlatformUnderTest): Platform {
  return {
    session,
    store,
    lock,
    channel: channel ?? channelRoom(),
    terminals: terminalsMemory(),
    openWorkspace: async () =>
      openWorkspace({ entries: await store.files(session), loadBlob: (hash) => store.loadBlob(hash), now: Date.now }),
    parts: (workspace) => ({
      session,
      store,
      workspace,
      model: () => ({ model: model ?? demoModel({ clock: systemClock }), info }),
      preview: previewMemory(),
      clock: systemClock,
      ...fakes(),
    }),
    info: () => info,
    onOutdated: () => undefined,
    setModel: async () => undefined,
  }
}

/** A lock that this tab has, or never gets. */
export function fixedLock(isWriter: boolean): SessionLock {
  return {
    tryAcquire: async () => isWriter,
    wait: () => new Promise(() => undefined),
    steal: async () => undefined,
    onLost: () => () => undefined,
    release: () => undefined,
  }
}
