import type { LeaseId } from './ids'

/** Programs of a place that listen on ports, for a preview. What they say is as little to be trusted as any page. */
export interface HandsPorts {
  /** Where somebody listens now, ascending; none where the place does not run. */
  list(lease: LeaseId): readonly number[]
  /** `changed` is called whenever the list changed, until the returned function is. */
  watch(lease: LeaseId, changed: (ports: readonly number[]) => void): () => void
  /**
   * Asks the program on a port. Resolves when the head of its answer is here.
   * @throws FailureError `offline` where nobody listens, `busy`, `cut` where the program ended, `sandbox_lost`, `aborted`; the body too
   */
  request(lease: LeaseId, request: PortRequest, signal: AbortSignal): Promise<PortAnswer>
}

/** A request to a program, not changed on its way. At most 64 MiB of body. */
export interface PortRequest {
  readonly port: number
  readonly method: string
  /** From the first slash on, with its query. */
  readonly path: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: Uint8Array
}

/** What a program answered. Leave the body's loop early where the rest is not wanted. */
export interface PortAnswer {
  readonly status: number
  readonly statusText: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** As it comes: whoever does not take it slows the program down. */
  readonly body: AsyncIterable<Uint8Array>
}

/** {@link PortAnswer} with all of its body, or with as much as was there when it was given out. */
export interface PortReply extends Omit<PortAnswer, 'body'> {
  readonly body: Uint8Array
  /** More of it comes, piece by piece, over the port that came with the request. */
  readonly isOpen?: true
}
