import { Worker, type LinkState, type WorkerOptions } from '@tabwright/relay-client/worker'
import { WebSocket } from 'ws'
import type { RelayDoor } from './relay-door'

/** Where a command that goes on until it is stopped writes, and what stops it. */
export interface Screen {
  out(line: string): void
  err(line: string): void
  /** Ctrl+C, or the end of whoever started us. */
  readonly stopped: Promise<void>
}

/** Joins the relay of `door` as a worker that says on the screen when its connection breaks and is back. */
export function joinRelay(
  door: RelayDoor,
  screen: Screen,
  options: Pick<WorkerOptions, 'name' | 'description' | 'limits' | 'onRefused'>,
): Worker {
  let bearer = ''
  let wasLost = false
  return new Worker({
    ...options,
    runtime: 'tabwright-cli',
    address: async () => {
      // Anew at each attempt: a relay that was started again knows no bearer of before.
      bearer = await door.bearer()
      return door.workerAddress
    },
    socket: (address) => new WebSocket(address, { headers: { authorization: `Bearer ${bearer}` } }),
    onState: (state) => {
      if (state.type === 'open' && wasLost) screen.err('Connected again.')
      else if (state.type === 'waiting') screen.err(lost(state))
      wasLost = state.type === 'waiting' || (wasLost && state.type !== 'open')
    },
  })
}

function lost({ ms, why }: Extract<LinkState, { type: 'waiting' }>): string {
  return `The connection to the relay is lost (${why}); the next attempt is in ${Math.ceil(ms / 1000)} s.`
}
