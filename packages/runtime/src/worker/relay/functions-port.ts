import {
  failureOf,
  FailureError,
  type ChosenFunction,
  type DirectoryWord,
  type Json,
  type OfferedDirectory,
  type SandboxProgram,
  type WorkerFunction,
} from '@tabwright/protocol'
import { expose, proxy, wrap, type Remote } from 'comlink'
import type { FunctionCall, Functions } from '../../core/functions/functions'
import type { Span } from '../../core/spans'
import type { CallDirectory } from '../../hands/remote/directory'
import type { Offering, ProgramAnswers } from './offered-programs'
import type { OfferingPrograms } from './sandbox-programs'

/** Functions of other workers as they cross a port: a signal does not, so a call is called off by its number. */
interface FunctionsOverPort {
  watch(listener: Offered): void
  call(id: string, input: Json, call: Omit<FunctionCall, 'signal'> & { readonly n: number }): Promise<Json>
  directory(call: DirectoryCall & { readonly n: number }): Promise<Json>
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

/** A call of what a directory offers to tabs alone. */
export interface DirectoryCall {
  readonly directory: OfferedDirectory
  readonly word: DirectoryWord
  readonly data: Json
}

/** What is offered to the workers of sessions. */
export interface ServedFunctions extends Pick<Functions, 'call'>, TellingSpans {
  /** @throws FailureError `not_found` where no such directory is offered now, or another one by that name */
  directory(call: DirectoryCall, signal: AbortSignal): Promise<Json>
  /** Tells at once what there is, and then of each change. */
  watch(listener: Offered): () => void
  /** @throws FailureError */
  offer(program: SandboxProgram, answers: ProgramAnswers): Offering
}

/** A port to the functions that this worker knows of. Only between our own workers: who has it speaks for the session that it names. */
export function serveFunctions(functions: ServedFunctions): MessagePort {
  const { port1, port2 } = new MessageChannel()
  const running = new Map<number, AbortController>()
  let unwatch = (): void => undefined
  const offered = new Map<string, () => void>()
  const stoppable = async (n: number, run: (signal: AbortSignal) => Promise<Json>): Promise<Json> => {
    const stop = new AbortController()
    running.set(n, stop)
    try {
      return await run(stop.signal)
    } finally {
      running.delete(n)
    }
  }
  const served: FunctionsOverPort = {
    watch: (listener) => {
      unwatch()
      unwatch = functions.watch((all, webSearch) => listener(all, webSearch))
    },
    call: (id, input, { n, ...call }) => stoppable(n, (signal) => functions.call(id, input, { ...call, signal })),
    directory: ({ n, ...call }) => stoppable(n, (signal) => functions.directory(call, signal)),
    cancel: (n) => running.get(n)?.abort(),
    spans: (spans) => functions.spans(spans),
    offer: async (program, answers) => {
      const { ids, ready, withdraw } = functions.offer(program, answers)
      offered.set(program.name, withdraw)
      await ready
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

/** Directories, each as long as it is the one that was chosen. */
interface ReachingDirectories {
  readonly directory: (directory: OfferedDirectory) => CallDirectory
}

/** Functions behind a port of {@link serveFunctions}; there are none until it has told of them. */
export function functionsOverPort(open: () => Promise<MessagePort>): Functions & TellingSpans & OfferingPrograms & ReachingDirectories {
  let list: readonly WorkerFunction[] = []
  let searching: ChosenFunction | undefined
  let next = 0
  const opened = open().then((port) => wrap<FunctionsOverPort>(port))
  const offered: Offered = (functions, webSearch) => {
    list = functions
    searching = webSearch
  }
  opened.then((remote) => remote.watch(proxy(offered))).catch((error: unknown) => reportError(failureOf(error)))
  const stoppable = async (
    id: string,
    signal: AbortSignal | undefined,
    run: (remote: Remote<FunctionsOverPort>, n: number) => Promise<Json>,
  ): Promise<Json> => {
    const remote = await opened
    if (signal?.aborted) throw new FailureError({ code: 'aborted', message: `${id} was not called.` })
    const n = next++
    const cancel = (): void => void remote.cancel(n).catch(unheard)
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      return await run(remote, n)
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }
  const unheard = (error: unknown): void => reportError(failureOf(error))
  return {
    list: () => list,
    webSearch: () => searching,
    offer: async (program, answers) => (await opened).offer(program, proxy(answers)),
    withdraw: async (name) => (await opened).withdraw(name),
    spans: (spans) => void opened.then((remote) => remote.spans(spans)).catch(unheard),
    call: (id, input, { signal, ...call }) => stoppable(id, signal, (remote, n) => remote.call(id, input, { ...call, n })),
    directory: (directory) => (word, data, signal) =>
      stoppable(`${directory.name}::hands::${word}`, signal, (remote, n) => remote.directory({ directory, word, data, n })),
  }
}
