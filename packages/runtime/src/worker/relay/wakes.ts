import {
  fail,
  isJsonObject,
  ulid,
  type Json,
  type JsonObject,
  type Random,
  type SessionId,
  type Wake,
  type WakeWish,
} from '@tabwright/protocol'
import { CallError, type IncomingCall } from '@tabwright/relay-client/worker'
import { checkMessage } from '../../core/answers'
import type { Locks } from '../../io/lock-web'
import type { Discovering } from './found-functions'
import { oneTabAtATime, type CallList, type Settings } from './membership-record'
import type { TabPorts } from './tab-calls'
import { readWakes, saveWakes, untilOf, type WakeRecord } from './wake-record'
import { checkTrigger, configOf, queuesOf, triggerName, TYPES, whatHappened } from './wake-trigger'

/** What waking takes from outside. */
export interface WakesOptions extends Pick<TabPorts, 'catalogue' | 'store'> {
  readonly settings: () => Promise<Settings>
  readonly calls: CallList
  readonly locks: Locks | null
  readonly now: () => number
  readonly random: Random
  /** Somebody has to open the session. */
  readonly wake: (session: SessionId, by: string) => void
  /** The list is another. */
  readonly changed: () => void
}

/** Nobody looks through more. */
const MOST_WAKES = 50
/** Begins the names of functions that triggers call; no program is told of them. */
const PREFIX = 'tab-wake::'
const LIST = 'engine::registered-triggers::list'

/**
 * Sessions that the relay wakes: a trigger is bound to a function of this browser, and each time it fires a text goes to the session, with what
 * happened. The relay keeps the binding, and what it has for the session while no tab is there; every tab of the browser offers the function, and the relay
 * calls one of them.
 */
export class Wakes {
  readonly #options: WakesOptions
  readonly #inTurn: ReturnType<typeof oneTabAtATime>
  #connection: Discovering | undefined
  #offered = new Set<string>()

  constructor(options: WakesOptions) {
    this.#options = options
    this.#inTurn = oneTabAtATime('relay.wakes', options.locks)
  }

  /** Oldest first. */
  async list(): Promise<readonly Wake[]> {
    const records = await readWakes(await this.#options.settings())
    return records
      .filter((one) => !this.#isOver(one))
      .map(({ binding, isGone: _gone, ...wake }) => {
        const until = untilOf(wake)
        return { ...wake, ...(until !== undefined && { until }), isBound: binding !== undefined }
      })
  }

  join(connection: Discovering): void {
    this.#connection = connection
    this.#offered = new Set()
  }

  leave(): void {
    this.#connection = undefined
  }

  /**
   * Binds it at the relay, and says its id. A second wish with the same key is the first.
   * @throws FailureError with what the relay or we have against it; then nothing was bound
   */
  async add(wish: WakeWish, by: Wake['by'], key?: string): Promise<string> {
    const trigger = checkTrigger(wish.trigger)
    const text = checkMessage(wish.text)
    await this.#checkSession(wish.session)
    const connection = this.#connection ?? fail('unavailable', 'This tab is not joined to a relay now. Nothing was bound.')
    const { now, random } = this.#options
    const id = key ?? ulid(now(), random)
    await this.#change(async (records) => {
      if (records.some((one) => one.id === id)) return records
      if (records.filter((one) => !this.#isOver(one)).length >= MOST_WAKES)
        return fail('too_large', `There are ${MOST_WAKES} already. Remove one first; nothing was bound.`)
      const record: WakeRecord = { id, session: wish.session, trigger, text, by, at: now() }
      this.#offer(connection, record)
      return [...records, { ...record, binding: await bind(connection, record) }]
    })
    return id
  }

  /** It wakes nobody from now on. The relay is told now, or as soon as it can be. @throws FailureError `not_found` */
  async remove(id: string, session?: SessionId): Promise<void> {
    await this.#change(async (records) => {
      const found = records.find((one) => one.id === id && !this.#isOver(one) && (session === undefined || one.session === session))
      if (found === undefined) return fail('not_found', 'There is no such waking any more.')
      return records.map((one) => (one === found ? { ...one, isGone: true } : one))
    })
    await this.look().catch(unlessLost)
  }

  /** The connection stands, or the list is another: what is kept here is made what the relay knows. @throws CallError */
  async look(): Promise<void> {
    const connection = this.#connection
    if (connection === undefined) return
    const kept = await readWakes(await this.#options.settings())
    for (const record of kept) if (!this.#isOver(record)) this.#offer(connection, record)
    if (kept.length === 0) return
    await this.#change(async (records) => {
      const bound = await boundAt(connection)
      const next: WakeRecord[] = []
      for (const record of records) {
        const { binding } = record
        const isBound = binding !== undefined && bound.has(binding)
        if (this.#isOver(record)) await (isBound ? connection.invoke('engine::unregister_trigger', { id: binding }) : undefined)
        else next.push(isBound ? record : { ...record, binding: await bind(connection, record) })
      }
      return next
    })
  }

  /** Its function stays as long as the connection: what comes for one that was removed a moment ago is taken and dropped. */
  #offer(connection: Discovering, { id, trigger }: WakeRecord): void {
    if (this.#offered.has(id)) return
    this.#offered.add(id)
    connection.registerFunction(PREFIX + id, (data, call) => this.#fired(id, data, call), {
      description: `Wakes an agent of this browser: ${triggerName(trigger)}.`,
      metadata: { internal: true },
    })
  }

  async #fired(id: string, data: Json | undefined, call: IncomingCall): Promise<Json> {
    const { settings, store, calls, now, wake } = this.#options
    const record = (await readWakes(await settings())).find((one) => one.id === id)
    if (record === undefined) return {}
    if (this.#isOver(record)) {
      await this.look()
      return {}
    }
    const { session, trigger, text } = record
    const receipt = receiptOf(call, queuesOf(trigger))
    if (receipt === undefined)
      throw new CallError(PREFIX + id, { code: 'FORBIDDEN', message: 'Only the trigger that is bound calls this.' })
    if (!(await this.#isThere(session))) {
      await this.remove(id)
      return {}
    }
    const by = `trigger ${triggerName(trigger)}`
    const ended = await calls.begin({ at: now(), by, function: 'wake', session })
    const { traceparent } = call
    const message = {
      type: 'message',
      text: `${text}\n\n${whatHappened(data)}`,
      by,
      ...(traceparent !== undefined && { traceparent }),
    } as const
    // Delivered again it is the same message.
    await (await store()).post(session, message, `wake-${receipt}`)
    wake(session, by)
    await ended({ outcome: 'done' })
    return {}
  }

  /** Removed, or at its end. */
  #isOver(record: WakeRecord): boolean {
    return record.isGone === true || this.#options.now() >= (untilOf(record) ?? Infinity)
  }

  async #isThere(session: SessionId): Promise<boolean> {
    return (await (await this.#options.catalogue()).list()).some(({ id }) => id === session)
  }

  async #checkSession(session: SessionId): Promise<void> {
    const row = (await (await this.#options.catalogue()).list()).find(({ id }) => id === session)
    if (row === undefined) return fail('not_found', 'There is no such session in this browser. Nothing was bound.')
    if (row.isImported === true) fail('not_permitted', 'That session was imported: it can only be read. Nothing was bound.')
  }

  /** All tabs write one list, one after another. */
  async #change(next: (records: readonly WakeRecord[]) => Promise<readonly WakeRecord[]>): Promise<void> {
    await this.#inTurn(async () => {
      const settings = await this.#options.settings()
      const before = await readWakes(settings)
      const after = await next(before)
      if (after.length === before.length && after.every((one, at) => one === before[at])) return
      await saveWakes(settings, after)
      this.#options.changed()
    })
  }
}

/** @throws FailureError with what the relay has against it */
async function bind(connection: Discovering, { id, trigger }: WakeRecord): Promise<string> {
  const request = { trigger_type: TYPES[trigger.type], function_id: PREFIX + id, config: configOf(trigger) }
  const made = await connection.invoke('engine::register_trigger', request).catch((thrown: unknown) => {
    if (!(thrown instanceof CallError)) throw thrown
    return fail(thrown.isNotCalled ? 'unavailable' : 'bad_input', `The relay did not bind it: ${thrown.message}`)
  })
  const binding = isJsonObject(made) ? made['id'] : undefined
  return typeof binding === 'string' ? binding : fail('unexpected', 'The relay bound it and did not say as what.')
}

async function boundAt(connection: Discovering): Promise<ReadonlySet<string>> {
  const answer = await connection.invoke(LIST, { search: PREFIX })
  const rows = isJsonObject(answer) ? answer['registered_triggers'] : undefined
  const ids = Array.isArray(rows)
    ? rows.flatMap((row: Json) => (isJsonObject(row) && typeof row['id'] === 'string' ? [row['id']] : []))
    : []
  return new Set(ids)
}

/** The receipt of what the relay itself delivers from one of these queues; a program that calls the function has none. */
function receiptOf({ caller, metadata }: IncomingCall, queues: readonly string[]): string | undefined {
  const about: JsonObject = isJsonObject(metadata) ? metadata : {}
  const { messageReceiptId, queue } = about
  if (caller !== undefined || typeof queue !== 'string' || !queues.includes(queue)) return undefined
  return typeof messageReceiptId === 'string' ? messageReceiptId : undefined
}

/** Told again as soon as the connection stands. */
function unlessLost(thrown: unknown): void {
  if (!(thrown instanceof CallError)) throw thrown
}
