/** The relay knows the worker that a `reattach` named: calls in flight and answers of before are this connection's now. */
export interface Reattached {
  readonly type: 'reattached'
  readonly previous_worker_id: string
}
