import { FailureError, failureOf, type Failure } from '@tabwright/protocol'
import { proxy, transferHandlers, type Remote } from 'comlink'

/** A failure crosses the border between page and worker as data and is thrown again on the other side as what it was. */
export function carryFailures(): void {
  const usual = transferHandlers.get('throw')
  if (!usual) throw new TypeError('comlink has no handler for thrown values')
  transferHandlers.set('throw', {
    canHandle: usual.canHandle,
    serialize: (thrown) => [{ failure: failureOf((thrown as { value: unknown }).value) }, []],
    deserialize: (carried) => {
      throw new FailureError((carried as { failure: Failure }).failure)
    },
  })
}

/** A proxied object as the other side will see it: comlink's types say what is sent, the receiver declares what arrives. */
export function proxied<T extends object>(object: T): Remote<T> {
  return proxy(object) as unknown as Remote<T>
}
