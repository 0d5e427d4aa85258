import { failureOf, FailureError, type ChosenFunction, type Json, type SandboxProgram, type WorkerFunction } from '@tabwright/protocol'
import { expose, proxy, wrap } from 'comlink'
import type { FunctionCall, Functions } from '../../core/functions/functions'
import type { Span } from '../../core/spans'
import type { ProgramAnswers } from './offered-programs'
import type { OfferingPrograms } from './sandbox-programs'

/** Functions of other workers as they cross a port: a signal does not, so a call is called off by its number. */
interface FunctionsOverPort {
  watch(listener: Offered): void
  call(id: string, input: Json, call: Omit<FunctionCall, 'signal'> & { readonly n: number }): Promise<Json>
  cancel(n: number): void
  spans(spans: readonly Span[]): void
  offer(program: SandboxProgram, answers: ProgramAnswers): Promise<readonly string[]>
  withdraw(name: string): void
}

/** What there is, and which of it a person chose for searching the web. */
export type Offered = (functions: readonly WorkerFunction[], webSearch: ChosenFunction | undefined) => void

/** Takes what ended in a session, for whoever looks at traces. Nobody waits for it. */
export interface TellingSpans {
  spans(spans: readonly Span[]): void
}

/** What is offered to the workers of sessions. */
export interface ServedFunctions extends Pick<Functions, 'call'>, TellingSpans {
  /** Tells at once what there is, and then of each change. */
  watch(listener: Offered): () => void
  /** @throws FailureError */
  offer(program: SandboxProgram, answers: ProgramAnswers): { readonly ids: readonly string[]; readonly withdraw: () => void }
}

/** A port to the functions that this worker knows of. Only between our own workers: who has it speaks for the session that it names. */
export function serveFunctions(functions: ServedFunctions): MessagePort {
  const { port1, port2 } = new MessageChannel()
  const running = new Map<number, AbortController>()
  let unwatch = (): void => undefined
  const offered = new Map<string, () => void>()
  const served: FunctionsOverPort = {
    watch: (listener) => {
      unwatch()
      unwatch = functions.watch((all, webSearch) => listener(all, webSearch))
    },
    call: async (id, input, { n, ...call }) => {
      const stop = new AbortController()
      running.set(n, stop)
      try {
        return await functions.call(id, input, { ...call, signal: stop.signal })
      } finally {
        running.delete(n)
      }
    },
    cancel: (n) => running.get(n)?.abort(),
    spans: (spans) => functions.spans(spans),
    offer: async (program, answers) => {
      const { ids, withdraw } = functions.offer(program, answers)
      offered.set(program.name, withdraw)
      return ids
    },
    withdraw: (name) => {
      offered.get(name)?.()
      offered.delete(name)
    },
  }
  // The worker of a session that is gone wants nothing any more.
  port1.addEventListener('close', () => {
    unwatch()
    for (const withdraw of offered.values()) withdraw()
    for (const stop of running.values()) stop.abort()
  })
  expose(served, port1)
  return port2
}

/** Functions behind a port of {@link serveFunctions}; there are none until it has told of them. */
export function functionsOverPort(open: () => Promise<MessagePort>): Functions & TellingSpans & OfferingPrograms {
  let list: readonly WorkerFunction[] = []
  let searching: ChosenFunction | undefined
  let next = 0
  const opened = open().then((port) => wrap<FunctionsOverPort>(port))
  const offered: Offered = (functions, webSearch) => {
    list = functions
    searching = webSearch
  }
  opened.then((remote) => remote.watch(proxy(offered))).catch((error: unknown) => reportError(failureOf(error)))
  const unheard = (error: unknown): void => reportError(failureOf(error))
  return {
    list: () => list,
    webSearch: () => searching,
    offer: async (program, answers) => (await opened).offer(program, proxy(answers)),
    withdraw: async (name) => (await opened).withdraw(name),
    spans: (spans) => void opened.then((remote) => remote.spans(spans)).catch(unheard),
    call: async (id, input, { signal, ...call }) => {
      const remote = await opened
      if (signal.aborted) throw new FailureError({ code: 'aborted', message: `${id} was not called.` })
      const n = next++
      const cancel = (): void => void remote.cancel(n).catch((error: unknown) => reportError(failureOf(error)))
      signal.addEventListener('abort', cancel, { once: true })
      try {
        return await remote.call(id, input, { ...call, n })
      } finally {
        signal.removeEventListener('abort', cancel)
      }
    },
  }
}
