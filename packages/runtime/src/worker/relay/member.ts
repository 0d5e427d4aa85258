import {
  canonicalJson,
  fail,
  failureOf,
  type Json,
  type Membership,
  type Random,
  type RelayAsk,
  type SessionId,
  type TabSetting,
  type TabSwitch,
} from '@tabwright/protocol'
import {
  CallError,
  type IncomingCall,
  type LinkState,
  type Registered,
  type Worker,
  type WorkerOptions,
} from '@tabwright/relay-client/worker'
import { proxy } from 'comlink'
import type { RelayMemberWorker } from '../../client/worker-api'
import { broadcasts } from '../../io/broadcast'
import type { SessionCatalogue } from '../../io/catalogue-idb'
import type { Locks } from '../../io/lock-web'
import { Asks } from './asks'
import { callList, isTabName, readCalls, readMembership, saveMembership, countUses, type MembershipRecord } from './membership-record'
import { OfferedPrograms } from './offered-programs'
import { plainWords } from './plain-words'
import { RemoteFunctions } from './remote-functions'
import { callTab, sessionIn, type TabPorts } from './tab-calls'
import { ASKS_WITHIN, offeredBy, switchOf, TAB_FUNCTIONS, type TabFunction } from './tab-functions'
import { holdName, type HeldName } from './tab-name'
import { secretsOut } from './tab-secrets'
import { hereFunctions } from './here-functions'
import { Wakes } from './wakes'

/** What a member needs of the client of the wire. */
export type RelayConnection = Pick<Worker, 'registerFunction' | 'registerTrigger' | 'invoke' | 'workers' | 'tell' | 'retry' | 'close'>

/** What a member takes from outside. */
export interface MemberOptions extends Omit<TabPorts, 'wake' | 'catalogue'> {
  readonly catalogue: () => Promise<Pick<SessionCatalogue, 'list' | 'create' | 'readSetting' | 'saveSetting'>>
  /** An address with a ticket, good for one attempt. */
  readonly address: (bearer: () => Promise<string | undefined>) => Promise<string>
  readonly connect: (options: WorkerOptions) => RelayConnection
  readonly now: () => number
  readonly random: Random
  /** Null where there are none. */
  readonly locks: Locks | null
}

/** What a switch that is off says of a function that has two. */
const OFF: Readonly<Record<string, string>> = {
  send_message_new: 'Beginning a session by a message',
  send_message: 'Writing into a session that is there',
}

const CHANNEL = 'relay-member'
const MOST_REFUSED = 10

/** While the tab is joined, or tries to be. */
interface Joined {
  readonly held: HeldName
  readonly connection: RelayConnection
  readonly offered: Map<TabFunction['id'], Registered>
}

/** This tab as a member of the relay: what a person switched on is offered, each call is listed before it does anything. */
export class RelayMember {
  readonly #options: MemberOptions
  readonly #channel = broadcasts()
  readonly #listeners = new Set<() => void>()
  readonly #wakers = new Set<(session: SessionId, by: string) => void>()
  readonly #list: ReturnType<typeof callList>
  /** Of other workers. */
  readonly functions: RemoteFunctions
  readonly #wakes: Wakes
  readonly #asks = new Asks(() => this.#tell())
  readonly #names = new Map<string, string>()
  #token: string | undefined
  #joined: Joined | undefined
  #link: Membership['link'] = { type: 'none' }
  #refused: readonly string[] = []
  /** Changes happen one after another: two at once would join twice. */
  #last: Promise<void> = Promise.resolve()

  constructor(options: MemberOptions) {
    this.#options = options
    this.#list = callList(options.catalogue, options.locks, () => this.#changed())
    this.#wakes = new Wakes({
      ...options,
      settings: options.catalogue,
      calls: this.#list,
      wake: (session, by) => this.#wake(session, by),
      changed: () => this.#wakesChanged(),
    })
    this.functions = new RemoteFunctions({
      programs: new OfferedPrograms({
        calls: this.#list,
        now: options.now,
        nameOf: (caller) => this.#nameOf(caller),
        secretsOut: (session) => secretsOut(session, options),
      }),
      here: hereFunctions(this.#wakes, options.hash),
      calls: this.#list,
      uses: countUses(options.catalogue, options.locks),
      now: options.now,
      changed: () => this.#tell(),
    })
    this.#channel.listen(CHANNEL, (message) => {
      this.#tell()
      if (message === 'settings') void this.#apply().catch(reportError)
      if (message === 'wakes') this.#wakes.look().catch(unlessGone)
    })
  }

  /** What the page gets over comlink. */
  get api(): RelayMemberWorker {
    const listening = <T>(set: Set<T>, listener: T): (() => void) => {
      set.add(listener)
      return proxy(() => void set.delete(listener))
    }
    return {
      relayState: () => this.#state(),
      watchRelay: async (listener) => listening(this.#listeners, () => listener()),
      watchRelayWake: async (listener) => listening(this.#wakers, (session, by) => listener(session, by)),
      joinRelay: async (token) => {
        this.#token = token
        if (this.#joined !== undefined) this.#joined.connection.retry()
        await this.#apply()
      },
      retryRelay: async () => this.#joined?.connection.retry(),
      setRelayOn: (isOn) => this.#set({ isOn }),
      setRelayName: async (name) => {
        if (!isTabName(name)) return fail('bad_input', 'A name has small letters, digits, - and _, at most 40. Nothing was changed.')
        await this.#set({ name })
      },
      setWebSearch: async (chosen) => {
        const { webSearch: _before, ...rest } = await readMembership(await this.#options.catalogue())
        await this.#save(chosen === undefined ? rest : { ...rest, webSearch: chosen })
      },
      setRelaySwitch: async (id, setting) => this.#switch(id, setting),
      addWake: async (wish) => void (await this.#wakes.add(wish, 'person')),
      removeWake: (id) => this.#wakes.remove(id),
      answerRelay: async (id, isAllowed) => this.#asks.answer(id, isAllowed),
    }
  }

  /** Sessions know what a person chose for searching the web also where no relay is. */
  async knownFunctions(): Promise<RemoteFunctions> {
    this.functions.searchBy((await readMembership(await this.#options.catalogue())).webSearch)
    return this.functions
  }

  close(): void {
    this.#leave()
    this.#channel.close()
  }

  async #state(): Promise<Membership> {
    const catalogue = await this.#options.catalogue()
    const { name: wish, isOn, switches, webSearch } = await readMembership(catalogue)
    const calls = await readCalls(catalogue)
    const { list: functions } = this.functions
    return {
      name: this.#joined?.held.name,
      wish,
      isOn,
      link: this.#link,
      switches,
      asks: this.#asks.list,
      calls,
      wakes: await this.#wakes.list(),
      functions,
      webSearch,
      refused: this.#refused,
    }
  }

  async #set(part: Partial<MembershipRecord>): Promise<void> {
    const catalogue = await this.#options.catalogue()
    await this.#save({ ...(await readMembership(catalogue)), ...part })
  }

  async #save(record: MembershipRecord): Promise<void> {
    await saveMembership(await this.#options.catalogue(), record)
    this.#channel.tell(CHANNEL, 'settings')
    await this.#apply()
    this.#tell()
  }

  async #switch(id: TabSwitch, setting: TabSetting): Promise<void> {
    const { switches } = await readMembership(await this.#options.catalogue())
    await this.#set({ switches: { ...switches, [id]: setting } })
  }

  /** Makes what is offered what the person has set. */
  #apply(): Promise<void> {
    const mine = this.#last.then(async () => {
      const record = await readMembership(await this.#options.catalogue())
      this.functions.searchBy(record.webSearch)
      if (this.#token === undefined || !record.isOn) return this.#leave()
      if (this.#joined !== undefined && !isNameOf(this.#joined.held.name, record.name)) this.#leave()
      this.#joined ??= await this.#join(record)
      this.#offer(this.#joined, record)
    })
    // Whoever asked for the change is told of its failure; the next one begins anew.
    this.#last = mine.catch(() => undefined)
    return mine
  }

  async #join({ name }: MembershipRecord): Promise<Joined> {
    const held = await holdName(name, this.#options.locks)
    this.#refused = []
    const connection = this.#options.connect({
      address: () => this.#options.address(async () => this.#token),
      name: held.name,
      description: 'An agent in a browser tab, with its sessions',
      runtime: 'browser',
      onState: (state) => this.#linkIs(state),
      onRefused: ({ message, id }) => {
        this.#refused = [...this.#refused, id === undefined ? message : `${id}: ${message}`].slice(-MOST_REFUSED)
        this.#tell()
      },
    })
    this.functions.join(connection, `${held.name}::`)
    this.#wakes.join(connection)
    return { held, connection, offered: new Map() }
  }

  #offer({ held, connection, offered }: Joined, { switches }: MembershipRecord): void {
    const wanted = offeredBy(switches)
    for (const one of TAB_FUNCTIONS) {
      const isWanted = wanted.includes(one)
      if (!isWanted) {
        offered.get(one.id)?.unregister()
        offered.delete(one.id)
      } else if (!offered.has(one.id)) {
        const { description, request, response } = one
        const handler = (data: Json | undefined, call: IncomingCall): Promise<Json> => this.#called(one, data, call)
        offered.set(one.id, connection.registerFunction(`${held.name}::${one.id}`, handler, { description, request, response }))
      }
    }
  }

  #leave(): void {
    const joined = this.#joined
    this.#joined = undefined
    joined?.connection.close()
    if (joined) this.functions.leave()
    this.#wakes.leave()
    joined?.held.release()
    this.#link = { type: 'none' }
    this.#tell()
  }

  #linkIs(state: LinkState): void {
    this.#link =
      state.type === 'closed' ? { type: 'none' } : state.type === 'waiting' ? { type: 'waiting', why: state.why } : { type: state.type }
    this.#tell()
    // What came and went while there was no connection was told to nobody.
    if (state.type !== 'open') return
    this.functions.look().catch(unlessGone)
    this.#wakes.look().catch(unlessGone)
  }

  async #called(one: TabFunction, data: Json | undefined, call: IncomingCall): Promise<Json> {
    const { id } = one
    const by = await this.#nameOf(call.caller)
    const session = sessionIn(data)
    const ended = await this.#list.begin({ at: this.#options.now(), by, function: id, ...(session !== undefined && { session }) })
    try {
      // Read now: what was switched off a moment ago is off.
      const { switches, isOn } = await readMembership(await this.#options.catalogue())
      const wanted = switchOf(one, data)
      const setting = isOn && wanted !== undefined ? switches[wanted] : 'off'
      if (setting === 'off') return fail('not_permitted', `${OFF[wanted ?? id] ?? id} is switched off in Settings, Relay.`)
      if (setting === 'ask' && !ASKS_WITHIN.has(id)) await this.#asks.passed(this.#asking(one, data, { by, session }), call.signal)
      const ports = { ...this.#options, wake: (wakened: SessionId) => this.#wake(wakened, by) }
      const { invocationId, signal, traceparent } = call
      const result = await callTab(id, data, { ports, call: { by, id: invocationId, signal, traceparent, asks: setting === 'ask' } })
      await ended({ outcome: 'done' })
      return result
    } catch (thrown) {
      const { code, message } = failureOf(thrown)
      await ended({ outcome: 'failed', why: message })
      throw new CallError(id, { code, message })
    }
  }

  #asking(
    { id }: TabFunction,
    data: Json | undefined,
    { by, session }: { readonly by: string; readonly session: SessionId | undefined },
  ): RelayAsk {
    const bytes = canonicalJson(data ?? {})
    return { id: crypto.randomUUID(), at: this.#options.now(), by, function: id, bytes, ...(session !== undefined && { session }) }
  }

  /** As the caller calls itself; the relay's id says which connection it is, and nothing about who is behind it. */
  async #nameOf(caller: string | undefined): Promise<string> {
    if (caller === undefined) return 'a program'
    const known = this.#names.get(caller)
    if (known !== undefined) return known
    const rows = (await this.#joined?.connection.workers()) ?? []
    for (const { id, name } of rows) if (typeof id === 'string' && typeof name === 'string') this.#names.set(id, shown(name))
    return this.#names.get(caller) ?? `worker ${caller.slice(0, 8)}`
  }

  #wake(session: SessionId, by: string): void {
    for (const wake of this.#wakers) wake(session, by)
  }

  #wakesChanged(): void {
    this.#tell()
    this.#channel.tell(CHANNEL, 'wakes')
  }

  #changed(): void {
    this.#tell()
    this.#channel.tell(CHANNEL, 'calls')
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

/** Whether a tab that wanted this name has it, maybe with a number behind it. */
function isNameOf(name: string, wish: string): boolean {
  return name === wish || (name.startsWith(`${wish}-`) && /^\d+$/.test(name.slice(wish.length + 1)))
}

/** A connection that broke meanwhile is made again, and then looked at again. */
function unlessGone(thrown: unknown): void {
  if (!(thrown instanceof CallError)) reportError(thrown)
}

const MOST_NAME = 48

function shown(name: string): string {
  return plainWords(name, MOST_NAME) || 'a worker without a name'
}
