import type { NetworkAnswer, NetworkRequest } from '@tabwright/protocol'
import type { Address } from './gate/egress'

/** The way to the network, behind the gate. It asks nobody: whoever calls it has a capability. */
export interface Network {
  /** Why there is no network, in words for a terminal; undefined where there is one. */
  missing(signal: AbortSignal): Promise<string | undefined>
  /** Reads an address; the reason in one sentence for one that is never asked. */
  address(text: string): Address | { readonly refused: string }
  /** SHA-256, lower-case hex. */
  digest(bytes: Uint8Array): Promise<string>
  /** @throws FailureError, see `networkRefusalOf` */
  send(request: NetworkRequest, signal: AbortSignal): Promise<NetworkAnswer>
}
