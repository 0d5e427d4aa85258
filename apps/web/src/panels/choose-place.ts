import { failureOf } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { t } from '@tabwright/ui/language'
import { isAgreed } from '../store/container-consent'
import type { AppStore } from '../store/app-state'
import { placeAtStart, takeBeginning } from '../store/start-place'

/** Gives a session that was made just now the place that the person chose for new ones. Without it the session begins in its sandbox, and that is said. */
export async function choosePlace(handle: SessionHandle, store: { getState(): AppStore }): Promise<void> {
  if (!takeBeginning(handle.id)) return
  const { startPlace, membership, keeper, say } = store.getState()
  const offered = (membership?.functions ?? []).flatMap(({ directory }) => directory ?? [])
  const place = placeAtStart(startPlace, { offered, hasContainers: isAgreed() && keeper === 'relay' && crossOriginIsolated })
  if (place === undefined) return
  if (place === 'away') return say(t('The place that you chose for new sessions cannot be had now. This one begins in its sandbox.'))
  try {
    await handle.setHands(place)
  } catch (thrown) {
    say(t('{why} This session begins in its sandbox.', { why: failureOf(thrown).message }))
  }
}
