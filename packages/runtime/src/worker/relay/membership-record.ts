import {
  DEFAULT_SWITCHES,
  isJsonObject,
  sessionId,
  TAB_SETTINGS,
  TAB_SWITCHES,
  type ChosenFunction,
  type Json,
  type RemoteCall,
  type TabSetting,
  type TabSwitch,
  type TabSwitches,
} from '@tabwright/protocol'
import type { SessionCatalogue } from '../../io/catalogue-idb'
import type { Locks } from '../../io/lock-web'

const SETTING = 'relay.membership'
const CALLS = 'relay.calls'
const USES = 'relay.uses'
/** So many calls are listed. */
const KEPT_CALLS = 100
const KEPT_USES = 500
const NAME = /^[a-z0-9_-]{1,40}$/

/** What a person has set about the relay. */
export interface MembershipRecord {
  readonly name: string
  readonly isOn: boolean
  readonly switches: TabSwitches
  /** Of searching the web. */
  readonly webSearch?: ChosenFunction
}

const DEFAULT: MembershipRecord = { name: 'tab', isOn: true, switches: DEFAULT_SWITCHES }

/** Whether functions can begin with it. */
export function isTabName(name: string): boolean {
  return NAME.test(name) && name !== 'engine'
}

/** What this browser keeps by name. */
export type Settings = Pick<SessionCatalogue, 'readSetting' | 'saveSetting'>

/** Where it is kept; what cannot be read there counts as not set. */
export async function readMembership(settings: Settings): Promise<MembershipRecord> {
  const kept = await settings.readSetting(SETTING)
  if (!isJsonObject(kept)) return DEFAULT
  const { name, isOn, switches } = kept
  const webSearch = chosenIn(kept['webSearch'])
  const setting = (id: TabSwitch): TabSetting => {
    const value = isJsonObject(switches) ? switches[id] : undefined
    // Of before there was a third way.
    if (typeof value === 'boolean') return value ? 'on' : 'off'
    return TAB_SETTINGS.find((one) => one === value) ?? DEFAULT_SWITCHES[id]
  }
  return {
    name: typeof name === 'string' && isTabName(name) ? name : DEFAULT.name,
    isOn: isOn !== false,
    switches: { ...DEFAULT_SWITCHES, ...Object.fromEntries(TAB_SWITCHES.map((id) => [id, setting(id)])) },
    ...(webSearch && { webSearch }),
  }
}

export async function saveMembership(settings: Settings, record: MembershipRecord): Promise<void> {
  const { webSearch, ...rest } = record
  await settings.saveSetting(SETTING, { ...rest, switches: { ...record.switches }, ...(webSearch && { webSearch: { ...webSearch } }) })
}

function chosenIn(value: Json | undefined): ChosenFunction | undefined {
  const { id, worker, identity } = isJsonObject(value) ? value : {}
  return typeof id === 'string' && typeof worker === 'string' && typeof identity === 'string' ? { id, worker, identity } : undefined
}

/** Newest first. */
export async function readCalls(settings: Settings): Promise<readonly RemoteCall[]> {
  const kept = await settings.readSetting(CALLS)
  return Array.isArray(kept) ? kept.flatMap((one: Json) => parseCall(one)) : []
}

/** Calls in either direction, listed before they do anything. All tabs write one list, one after another. */
export interface CallList {
  /** @returns what notes how it ended */
  begin(
    call: Pick<RemoteCall, 'at' | 'by' | 'to' | 'function' | 'session'>,
  ): Promise<(outcome: Pick<RemoteCall, 'outcome' | 'why'>) => Promise<void>>
}

export function callList(settings: () => Promise<Settings>, locks: Locks | null, changed: () => void): CallList {
  const inTurn = oneTabAtATime(CALLS, locks)
  const write = (next: (calls: readonly RemoteCall[]) => readonly RemoteCall[]): Promise<void> => {
    return inTurn(async () => {
      const list = await settings()
      const calls = next(await readCalls(list)).slice(0, KEPT_CALLS)
      await list.saveSetting(
        CALLS,
        calls.map((one) => ({ ...one })),
      )
      changed()
    })
  }
  return {
    begin: async (call) => {
      const begun: RemoteCall = { ...call, outcome: 'begun' }
      await write((calls) => [begun, ...calls])
      const isIt = (one: RemoteCall): boolean =>
        one.outcome === 'begun' && one.at === call.at && one.by === call.by && one.function === call.function
      return (outcome) =>
        write((calls) => {
          const at = calls.findLastIndex(isIt)
          return at < 0 ? calls : calls.with(at, { ...begun, ...outcome })
        })
    },
  }
}

/** How often agents of this browser used functions of other workers, by function and worker. */
export interface Uses {
  read(): Promise<ReadonlyMap<string, number>>
  /** @returns all of them */
  add(what: string): Promise<ReadonlyMap<string, number>>
}

export function countUses(settings: () => Promise<Settings>, locks: Locks | null): Uses {
  const inTurn = oneTabAtATime(USES, locks)
  const read = async (): Promise<ReadonlyMap<string, number>> => {
    const kept = await (await settings()).readSetting(USES)
    const counts = Object.entries(isJsonObject(kept) ? kept : {})
    return new Map(counts.flatMap(([id, count]) => (typeof count === 'number' ? [[id, count] as const] : [])))
  }
  return {
    read,
    add: (what) =>
      inTurn(async () => {
        const before = await read()
        const counts = [...before, [what, (before.get(what) ?? 0) + 1] as const].toSorted(([, a], [, b]) => a - b).slice(-KEPT_USES)
        await (await settings()).saveSetting(USES, Object.fromEntries(counts))
        return new Map(counts)
      }),
  }
}

/** What reads a row and writes it anew has it to itself, among all tabs where the browser has locks. */
export function oneTabAtATime(name: string, locks: Locks | null): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>) => {
    const mine = last.then(() => (locks ? held(name, work, locks) : work()))
    // Whoever asked for it is told of its failure; the next one begins anew.
    last = mine.catch(() => undefined)
    return mine
  }
}

function held<T>(name: string, work: () => Promise<T>, locks: Locks): Promise<T> {
  return new Promise((resolve, reject) => {
    locks.request(`tabwright-${name}`, () => work().then(resolve, reject)).catch(reject)
  })
}

function parseCall(value: Json): readonly RemoteCall[] {
  if (!isJsonObject(value)) return []
  const { at, by, to, function: name, session, outcome, why } = value
  if (typeof at !== 'number' || typeof by !== 'string' || typeof name !== 'string') return []
  if (outcome !== 'begun' && outcome !== 'done' && outcome !== 'failed') return []
  return [
    {
      at,
      by,
      function: name,
      outcome,
      ...(typeof to === 'string' && { to }),
      ...(typeof session === 'string' && { session: sessionId(session) }),
      ...(typeof why === 'string' && { why }),
    },
  ]
}
