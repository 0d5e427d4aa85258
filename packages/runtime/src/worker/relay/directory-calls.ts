import { fail, type Json } from '@tabwright/protocol'
import { CallError } from '@tabwright/relay-client/worker'
import type { CallDirectory } from '../../hands/remote/directory'
import { failureOfCall } from './call-failure'
import type { Discovering } from './found-functions'

/** As long as the relay lets any call run. */
const DEADLINE_MS = 120_000

/**
 * Calls of the worker of one directory. The one road to them is its `Hands`: the gate has judged the command by then.
 * @param joined the connection of this moment; undefined while there is none
 */
export function directoryCalls(name: string, joined: () => Pick<Discovering, 'invoke'> | undefined): CallDirectory {
  return async (word, data, signal): Promise<Json> => {
    const id = `${name}::hands::${word}`
    const connection = joined() ?? fail('unavailable', `This tab is not joined to a relay now. ${id} was not called.`)
    try {
      return (await connection.invoke(id, data, { deadlineMs: DEADLINE_MS, ...(signal && { signal }) })) ?? null
    } catch (thrown) {
      throw thrown instanceof CallError ? failureOfCall(id, thrown, signal) : thrown
    }
  }
}
