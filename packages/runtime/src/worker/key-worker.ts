import { answerControl } from '../io/key-control'
import { keyHolder } from '../io/key-holder'

/**
 * The worker that holds the key of a tab without a relay. It is a script of its own because its response header is the
 * only one whose policy lets it reach the provider: the page, the loop and the sandbox cannot.
 */
declare const self: DedicatedWorkerGlobalScope

const holder = keyHolder({ fetch: (input, init) => fetch(input, init), now: () => Date.now() })

self.addEventListener('message', ({ data, ports }: MessageEvent<unknown>) => {
  answerControl(holder, data, ports).then(
    (reply) => reply && self.postMessage(reply),
    (error: unknown) => reportError(error),
  )
})
