import { fail, isHere, isJsonObject, type ChosenFunction, type Json, type WorkerFunction } from '@tabwright/protocol'
import { CallError, isLarger } from '@tabwright/relay-client/worker'
import type { FunctionCall } from '../../core/functions/functions'
import type { Span } from '../../core/spans'
import { failureOfCall } from './call-failure'
import { FoundFunctions, type Discovering } from './found-functions'
import { directoryCalls } from './directory-calls'
import type { DirectoryCall, Offered, ServedFunctions } from './functions-port'
import type { CallList, Uses } from './membership-record'
import type { HereFunctions } from './here-functions'
import type { OfferedPrograms } from './offered-programs'
import { ToldSpans, type Telling } from './told-spans'

/** What the functions of others take from outside. */
export interface RemoteOptions {
  readonly calls: CallList
  readonly uses: Uses
  readonly now: () => number
  /** What this tab itself offers to its agents. */
  readonly here: HereFunctions
  /** Programs in the sandboxes of its sessions. */
  readonly programs: OfferedPrograms
  /** The list is another. */
  readonly changed: () => void
}

/** As long as the relay lets any call run. */
const DEADLINE_MS = 120_000
/** Bytes: what goes along has room beside it in a frame. */
const MOST_INPUT = 900_000
const ENQUEUE = 'engine::queue::enqueue'

/** Functions of other workers for the agents of this tab. */
export class RemoteFunctions implements ServedFunctions {
  readonly #options: RemoteOptions
  readonly #watchers = new Set<Offered>()
  #webSearch: ChosenFunction | undefined
  #joined: { readonly connection: Discovering; readonly found: FoundFunctions } | undefined
  #uses: ReadonlyMap<string, number> = new Map()
  readonly #told = new ToldSpans()

  constructor(options: RemoteOptions) {
    this.#options = options
  }

  /** Those that can be called now. */
  get list(): readonly WorkerFunction[] {
    return (this.#joined?.found.list ?? []).map((one) => ({ ...one, uses: this.#uses.get(whatWasUsed(one)) ?? 0 }))
  }

  /** What agents are offered: what needs the relay is there while the tab is joined. */
  get #offered(): readonly WorkerFunction[] {
    return this.#joined === undefined ? [] : [...this.#options.here.list, ...this.list.filter(({ id }) => !isHere(id))]
  }

  watch(listener: Offered): () => void {
    this.#watchers.add(listener)
    listener(this.#offered, this.#webSearch)
    return () => void this.#watchers.delete(listener)
  }

  /** Whom a person chose for searching the web; it counts whether it is there or not. */
  searchBy(chosen: ChosenFunction | undefined): void {
    this.#webSearch = chosen
    this.#tell()
  }

  /** @param own what our own functions begin with */
  join(connection: Discovering & Telling, own: string): void {
    this.#joined = { connection, found: new FoundFunctions(connection, own, () => this.#tell()) }
    this.#options.programs.join(connection, own)
    this.#told.join(connection, own.replace(/::$/, ''))
  }

  offer(...offered: Parameters<OfferedPrograms['offer']>): ReturnType<OfferedPrograms['offer']> {
    return this.#options.programs.offer(...offered)
  }

  spans(spans: readonly Span[]): void {
    this.#told.add(spans)
  }

  /** The connection stands, for the first time or again: whatever was known may have changed. @throws CallError */
  async look(): Promise<void> {
    this.#told.flush()
    this.#uses = await this.#options.uses.read()
    await this.#joined?.found.refresh()
  }

  leave(): void {
    this.#joined = undefined
    this.#options.programs.leave()
    this.#told.leave()
    this.#tell()
  }

  call(id: string, input: Json, call: FunctionCall): Promise<Json> {
    return this.#options.here.call(id, input, call) ?? this.#callOther(id, input, call)
  }

  async directory({ directory, word, data }: DirectoryCall, signal: AbortSignal): Promise<Json> {
    const { name, mark, identity, isConfined } = directory
    const now = this.#joined?.found.list.find(({ id }) => id === `${name}::shell`)?.directory
    // Whoever offers something under that name now need not be who was chosen, nor do it in the same way.
    if (now?.mark !== mark || now.identity !== identity || now.isConfined !== isConfined)
      return fail('not_found', `The directory "${name}" is not offered now as it was chosen. Nothing was called.`)
    return directoryCalls(name, () => this.#joined?.connection)(word, data, signal)
  }

  async #callOther(id: string, input: Json, { session, call, key, traceparent, queue, signal }: FunctionCall): Promise<Json> {
    const { calls, uses, now } = this.#options
    const joined = this.#joined ?? fail('unavailable', `This tab is not joined to a relay now. ${id} was not called.`)
    const found = joined.found.list.find((one) => one.id === id) ?? fail('not_found', `${id} is gone. It was not called.`)
    if (isLarger(JSON.stringify(input), MOST_INPUT))
      return fail('too_large', `What ${id} would be given is larger than the relay takes. It was not called.`)
    const ended = await calls.begin({ at: now(), by: 'the agent', to: found.worker, function: id, session })
    try {
      const metadata = { session, call, idempotency_key: key }
      const options = { deadlineMs: DEADLINE_MS, signal, metadata, traceparent }
      const answer = await (queue === undefined
        ? joined.connection.invoke(id, input, options)
        : joined.connection.invoke(ENQUEUE, { queue, function_id: id, data: input, key }, options))
      await ended({ outcome: 'done' })
      this.#uses = await uses.add(whatWasUsed(found))
      this.#tell()
      if (queue !== undefined) return isJsonObject(answer) ? (answer['messageReceiptId'] ?? null) : null
      return answer ?? null
    } catch (thrown) {
      const failure = thrown instanceof CallError ? failureOfCall(id, thrown, signal) : thrown
      await ended({ outcome: 'failed', why: failure instanceof Error ? failure.message : `${id} failed.` })
      throw failure
    }
  }

  #tell(): void {
    const offered = this.#offered
    for (const watcher of this.#watchers) watcher(offered, this.#webSearch)
    this.#options.changed()
  }
}

/** The same function of another worker is another one. */
const whatWasUsed = ({ id, worker, identity }: WorkerFunction): string => `${id} ${identity} ${worker}`
