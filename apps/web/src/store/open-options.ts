import type { SessionId } from '@tabwright/protocol'
import type { OpenOptions } from '@tabwright/runtime'
import type { AppStore } from './app-state'
import { withStronger } from './quality'
import { chosenModel } from './when-long'

/** How a session is opened with what is chosen now; undefined until it is known what answers. */
export function openOptions(session: SessionId, state: AppStore): OpenOptions | undefined {
  const { connection, whenLong, limits, guards, quality } = state
  if (connection === undefined) return undefined
  const use = { whenLong, limits, guards, quality: withStronger(quality, connection.models) }
  return { session, access: connection.access, model: chosenModel(connection.model, use) }
}
