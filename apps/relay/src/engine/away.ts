import type { Call, Calls } from './calls'
import type { Registration, Registry } from './registry'

/** Calls of functions whose tab is closed or asleep: they wait until it comes back or their time is over. Source: relay.md §3. */
export interface Away {
  /** @param arrive hands the call to whoever has come. False: there is no room for another. */
  add(call: Call, arrive: (found: Registration) => void): boolean
  /** A function is there that was not. */
  appeared(functionId: string): void
}

interface Waiting {
  readonly call: Call
  /** Identity that the function was of: nobody else's is meant. */
  readonly of: string | undefined
  readonly arrive: (found: Registration) => void
}

/** @param most calls that wait at once, of all functions */
export function createAway({ calls, registry, most }: { readonly calls: Calls; readonly registry: Registry; readonly most: number }): Away {
  let waiting: readonly Waiting[] = []
  const inFlight = ({ call }: Waiting): boolean => calls.get(call.id) === call
  return {
    add: (call, arrive) => {
      if (waiting.length >= most) waiting = waiting.filter(inFlight)
      if (waiting.length >= most) return false
      waiting = [...waiting, { call, of: registry.awayOf(call.functionId), arrive }]
      return true
    },
    appeared: (functionId) => {
      const come = waiting.filter(({ call }) => call.functionId === functionId)
      if (come.length === 0) return
      waiting = waiting.filter(({ call }) => call.functionId !== functionId)
      for (const one of come) {
        const found = registry.pick(functionId)
        if (found !== undefined && inFlight(one) && found.worker.identity.id === one.of) one.arrive(found)
      }
    },
  }
}
