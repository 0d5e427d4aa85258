import { failureOf } from '@tabwright/protocol'
import type { Catalogue } from '@tabwright/runtime'
import type { AppStore, Getter, Setter } from './app-state'

type RelayActions = Pick<AppStore, 'readMembership' | 'changeMembership'>

/** This tab among the programs of the relay: kept in this browser, shown in Settings. */
export function relayActions({ catalogue }: { readonly catalogue: Pick<Catalogue, 'relay'> }, set: Setter, get: Getter): RelayActions {
  const readMembership = async (): Promise<void> => {
    try {
      set({ membership: await catalogue.relay.state() })
    } catch (error) {
      get().say(failureOf(error).message)
    }
  }
  return {
    readMembership,
    changeMembership: async (change) => {
      try {
        await change(catalogue.relay)
      } finally {
        await readMembership()
      }
    },
  }
}
