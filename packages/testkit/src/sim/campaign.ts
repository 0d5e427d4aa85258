import type { FailureCode } from '@tabwright/protocol'
import type { Fault, Faults, Point } from './fault'
import type { Plant } from './planted'
import { dice, type Dice } from './random'
import type { Scenario } from './scenario'
import { simulate, type Run } from './simulate'
import type { World } from './world'

/** A run that found something, as it can be told again. */
export interface Finding {
  readonly scenario: string
  /** Seed of a swarm run, or point and fault of a sweep. */
  readonly seed?: number
  readonly at?: number
  readonly fault?: Fault
  readonly problems: readonly string[]
  readonly trace: readonly string[]
}

export interface Campaign {
  readonly runs: number
  readonly points: number
  readonly findings: readonly Finding[]
  readonly states: ReadonlySet<string>
}

export interface Limits {
  readonly plant?: Plant
  /** Stops at the first finding. */
  readonly first?: boolean
}

/** What can go wrong at a point, by the port that is called. */
export function faultsFor(name: string): readonly Fault[] {
  const [port = '', verb = ''] = name.split(/[. ]/)
  if (port === 'hint') return [{ type: 'drop' }, { type: 'double' }, { type: 'delay', ms: 3000 }]
  if (port === 'lock') return verb === 'steal' ? [KILL] : []
  // Between a look and the write after it the disk is the same: who dies there dies in front of the write.
  if (isLook(name)) return failures(port, verb, name)
  if (port === 'clock') return [KILL, { type: 'sleep', ms: 3_600_000 }, { type: 'clock', ms: -86_400_000 }]
  return [...everywhere(name), ...failures(port, verb, name)]
}

const LOOKS = /^(preview|log\.(files|read|readWire|readInbox|check|snapshots|loadBlob)\b)/

function isLook(name: string): boolean {
  return LOOKS.test(name)
}

const KILL: Fault = { type: 'kill', when: 'before' }

/** Before a call is after the one before it, so `after` is for those whose effect others can see meanwhile. */
function everywhere(name: string): readonly Fault[] {
  const isSeen = /^(outside\.\w+$|log\.post|log\.append .*(message\.user|call\.(started|ended)))/.test(name)
  const after: readonly Fault[] = isSeen
    ? [
        { type: 'kill', when: 'after' },
        { type: 'power', when: 'after' },
      ]
    : []
  const isLong = /^(model|hands|outside)\./.test(name)
  const stops: readonly Fault[] = isLong ? [{ type: 'freeze' }, { type: 'sleep', ms: 3_600_000 }] : []
  const halts: readonly Fault[] = name.startsWith('log.append') ? [{ type: 'freeze' }] : []
  return [KILL, { type: 'power', when: 'before' }, ...after, ...stops, ...halts, ...clocks(name), ...ruins(name)]
}

/** Where much hangs on the log: what is done next must not be done from less than all of it. */
function ruins(name: string): readonly Fault[] {
  if (!/^log\.append .*(call\.(started|ended)|message\.assistant|turn\.ended)/.test(name)) return []
  const damages = (['fact', 'gap', 'snapshot', 'content'] as const).map((what): Fault => ({ type: 'damage', what }))
  return [...damages, { type: 'cleared' }, { type: 'outdated' }]
}

/** A clock that is set matters where something is dated; one that is set forward, where something has a deadline. */
function clocks(name: string): readonly Fault[] {
  const day = 86_400_000
  if (!name.startsWith('log.append')) return []
  return /model\.failed/.test(name)
    ? [
        { type: 'clock', ms: -day },
        { type: 'clock', ms: day },
      ]
    : [{ type: 'clock', ms: -day }]
}

function failures(port: string, verb: string, name: string): readonly Fault[] {
  const codes = (when: 'before' | 'after', ...list: readonly FailureCode[]): readonly Fault[] =>
    list.map((code) => ({ type: 'fail', when, code }))
  switch (port) {
    case 'log':
      if (verb === 'append') return [{ type: 'full' }, ...codes('before', 'storage_full', 'storage_off'), ...codes('after', 'storage_off')]
      if (verb === 'claim') return [{ type: 'delay', ms: 3000 }, ...codes('before', 'storage_off')]
      return verb === 'post' ? [...codes('before', 'storage_full'), ...codes('after', 'storage_off')] : codes('before', 'storage_off')
    case 'model':
      return codes('before', 'cut', ...(name === 'model.open' ? (['busy', 'rejected_key', 'spend_limit'] as const) : []))
    case 'hands':
      return codes('before', 'sandbox_lost')
    case 'outside':
      return name.endsWith('answered') ? [] : codes('before', 'offline')
    default:
      return []
  }
}

/** One fault of each kind at each point of a scenario, one run for each. */
export async function sweep(scenario: Scenario, { plant, first = false }: Limits = {}): Promise<Campaign> {
  const collected = collector()
  const names: string[] = []
  const deaths = differentDeaths()
  const base = await simulate({
    scenario,
    ...(plant && { plant }),
    faults: (point, world) => {
      names[point.n] = point.name
      deaths.pass(point, world)
      return undefined
    },
  })
  collected.add({ scenario: scenario.name }, base)
  // What goes wrong without a fault goes wrong everywhere.
  if (base.problems.length > 0) return collected
  for (const [at, name] of names.entries()) {
    // The same look again, with nothing in between, fails as the one before it does.
    if (isLook(name) && name === names[at - 1]) continue
    for (const fault of faultsFor(name).filter((one) => deaths.isNew(at, one))) {
      if (first && collected.findings.length > 0) return collected
      collected.add({ scenario: scenario.name, at, fault }, await simulate({ scenario, faults: once(at, fault), ...(plant && { plant }) }))
    }
  }
  return collected
}

/**
 * Which deaths of a tab leave something that no other one of the same run leaves. Who dies in front of a call that changes nothing
 * dies in front of the next one as well; and where nothing is written that is not safe, a power cut is a death.
 */
function differentDeaths(): { pass(point: Point, world: World): void; isNew(at: number, fault: Fault): boolean } {
  const points: { readonly grave: string | undefined; readonly isSafe: boolean }[] = []
  const seen = new Set<string>()
  return {
    pass: ({ n }, world) => {
      points[n] = { grave: world.grave(), isSafe: world.disk.isSafe && world.preview.text === '' }
    },
    isNew: (at, fault) => {
      if (fault.type !== 'kill' && fault.type !== 'power') return true
      // What a call left shows where the next one begins; how far the person has got by then does not.
      const left = points[fault.when === 'before' ? at : at + 1]
      if (!left || left.grave === undefined) return true
      if (fault.when === 'after') return fault.type === 'kill' || !left.isSafe
      const what = `${left.isSafe ? 'kill' : fault.type} ${left.grave}`
      if (seen.has(what)) return false
      seen.add(what)
      return true
    },
  }
}

/** One fault at one point. */
export function once(at: number, fault: Fault): Faults {
  return (point) => (point.n === at ? fault : undefined)
}

/** Seeded runs: each seed first draws which faults there are in its world, and how often. */
export async function swarm(
  scenarios: readonly Scenario[],
  seeds: readonly number[],
  { plant, first = false }: Limits = {},
): Promise<Campaign> {
  const collected = collector()
  for (const seed of seeds) {
    if (first && collected.findings.length > 0) break
    const scenario = scenarios[seed % scenarios.length]
    if (scenario) collected.add({ scenario: scenario.name, seed }, await seeded(scenario, seed, plant))
  }
  return collected
}

/** The run of one seed. */
export function seeded(scenario: Scenario, seed: number, plant?: Plant): Promise<Run> {
  return simulate({ scenario, seed, faults: swarmFaults(seed), random: true, ...(plant && { plant }) })
}

/** Faults are over after so many points, so that every run can come to rest. */
const LAST_FAULT = 400
const MOST_FAULTS = 8

function swarmFaults(seed: number): Faults {
  const cast = dice(seed * 7919)
  const kinds: ReadonlySet<string> = new Set(KINDS.filter(() => cast.chance(0.35)))
  const often = cast.pick([0.01, 0.03, 0.08, 0.2])
  let left = MOST_FAULTS
  return (point) => {
    if (left === 0 || point.n > LAST_FAULT || !cast.chance(often)) return undefined
    const fault = drawn(cast, point, kinds)
    if (fault) left--
    return fault
  }
}

const KINDS: readonly Fault['type'][] = [
  ...(['kill', 'power', 'fail', 'full', 'freeze', 'clock', 'sleep', 'delay', 'drop', 'double'] as const),
  ...(['damage', 'cleared', 'outdated'] as const),
]

function drawn(cast: Dice, point: Point, kinds: ReadonlySet<string>): Fault | undefined {
  const delay: Fault = { type: 'delay', ms: 1 + cast.below(20_000) }
  const [one, ...others] = [...faultsFor(point.name), delay].filter(({ type }) => kinds.has(type))
  return one && cast.pick([one, ...others])
}

function collector(): Campaign & { add(where: Pick<Finding, 'scenario' | 'seed' | 'at' | 'fault'>, run: Run): void } {
  const findings: Finding[] = []
  const states = new Set<string>()
  const counts = { runs: 0, points: 0 }
  return {
    findings,
    states,
    get runs() {
      return counts.runs
    },
    get points() {
      return counts.points
    },
    add: (where, run) => {
      counts.runs++
      counts.points += run.points
      for (const state of run.states) states.add(state)
      if (run.problems.length > 0) findings.push({ ...where, problems: run.problems, trace: run.trace })
    },
  }
}
