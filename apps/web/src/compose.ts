import { agreedToContainers, readForkHash } from '@tabwright/protocol'
import { connectRelay } from '@tabwright/relay-client'
import { connectRuntime, keepOffline } from '@tabwright/runtime'
import { memory } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'
import { createAppStore } from './store/app-store'
import { keptBearer } from './store/kept-bearer'
import type { AppParts } from './store/context'
import { createHandles } from './store/handles'
import { wakeSession } from './store/wake-session'
import { watchRelay } from './store/watch-relay'

/**
 * Puts the page together. The address may choose the demo, do without the relay, and name a shared session that a person is asked about, and
 * nothing else: no link connects, runs or spends.
 */
export function compose({ search, hash }: Pick<Location, 'search' | 'hash'>): AppParts {
  const query = new URLSearchParams(search)
  const runtime = connectRuntime({ isAgreed: () => agreedToContainers(document.cookie) })
  const relay = query.get('relay') === 'none' ? 'none' : connectRelay('', { kept: keptBearer() })
  const store = createAppStore({ catalogue: runtime.catalogue, keys: runtime.keys, relay, memory, demoOnly: query.get('demo') === '1' })
  store.getState().setForking(readForkHash(hash))
  const { connect, renewToken, readSessions, readStorage, readMirror, readMembership, readRules, say } = store.getState()
  runtime.catalogue.mirror.watch(() => void readMirror())
  runtime.catalogue.watchStorage(() => void readStorage())
  runtime.catalogue.watch(() => void readSessions())
  runtime.catalogue.rules.watch(() => void readRules())
  void connect()
  void readSessions()
  void readStorage()
  void readMirror()
  if (relay !== 'none') watchRelay(store)
  const handles = createHandles(
    async () => {
      const open = await runtime.opener()
      return (options) => open({ ...options, renewToken, gitPerson: () => store.getState().gitPerson })
    },
    (error) => say(error instanceof Error ? error.message : t('The model could not be changed.')),
  )
  runtime.catalogue.relay.watch(() => void readMembership())
  runtime.catalogue.relay.watchWake(wakeSession({ store, handles }))
  return {
    store,
    handles,
    container: runtime.container,
    drafts: runtime.catalogue,
    shares: runtime.catalogue.shares,
    offline: keepOffline(document.body),
    outside: relay === 'none' ? undefined : relay.notify,
  }
}
