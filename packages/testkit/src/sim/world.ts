import { sessionId, type Digest, type Failure, type SessionEvent, type WireRow } from '@tabwright/protocol'
import { Disk, type Start } from './disk'
import type { Faults } from './fault'
import type { Plant } from './planted'
import { dice, type Dice } from './random'
import { channelRoom, lockRoom } from './rooms'
import { Schedule, type Life, type Ruin } from './schedule'
import type { Scenario } from './scenario'

/** What happened outside of the product: it cannot be taken back, and nobody there forgets. */
export interface Effect {
  readonly tool: string
  /** Canonical JSON of the input that was executed. */
  readonly bytes: string
  readonly identity: string
  readonly key: string | undefined
  readonly life: string
  /** Facts that a power cut would have left at that moment. */
  readonly durable: number
  /** Newest fact at that moment. */
  readonly head: number
  /** A receiver that keeps keys had done it before. */
  readonly repeated: boolean
}

/** A person's answer to a card, as given. */
export interface Click {
  readonly call: string
  readonly digest: Digest
  readonly answer: 'deny' | 'once' | 'session'
  readonly identity: string
}

/** A request that left the machine. */
export interface Sent {
  readonly body: string
  readonly life: string
  readonly wall: number
  readonly mono: number
  /** Power cuts so far. */
  readonly cuts: number
  /** Number of the newest fact. */
  readonly head: number
  /** The wire as it was stored at that moment. */
  readonly epoch: number
  readonly rows: readonly WireRow[]
}

/** Bytes of a key that only the model's port has. Seen anywhere else it leaked. */
export const CANARY = 'sk-canary-7f3a9c'

/** What a world is made of. */
export interface WorldOptions {
  readonly scenario: Scenario
  readonly seed: number
  readonly faults: Faults
  readonly plant?: Plant | undefined
  readonly random?: boolean
  /** The core without the worker around it. */
  readonly bare?: boolean
  /** A session that began elsewhere. */
  readonly start?: Start | undefined
}

/** A disk that no session goes on from. */
export interface Ruined {
  readonly type: 'damaged' | 'cleared'
  /** Number of the first fact that is wrong. */
  readonly at?: number
  readonly effects: number
  /** As they were written, and as they are. */
  readonly written: readonly SessionEvent[]
  readonly facts: readonly SessionEvent[]
}

const OUTDATED: Failure = { code: 'newer', message: 'The app was updated in another tab.' }

/** A machine with its tabs, its person and the outside, in one run. */
export class World {
  readonly scenario: Scenario
  readonly plant: Plant | undefined
  readonly dice: Dice
  readonly schedule: Schedule
  readonly disk: Disk
  readonly effects: Effect[] = []
  readonly sent: Sent[] = []
  readonly clicks: Click[] = []
  /** Messages whose sending was acknowledged. */
  readonly acknowledged: string[] = []
  /** Everything that the person wrote, acknowledged or not. */
  readonly written: string[] = []
  /** Facts that a page was told of. */
  readonly shown = new Map<number, { readonly hash: string; readonly type: string }>()
  /** Wire text of every answer that the model finished. */
  readonly answers = new Set<string>()
  /** Text streamed to a page. */
  readonly streamed: string[] = []
  /** Keys that the outside saw. */
  readonly keys = new Set<string>()
  /** Answers asked for so far, by message and number. */
  readonly asked = new Map<string, number>()
  /** What a person would notice as wrong. */
  readonly states = new Set<string>()
  preview = { request: 0, text: '' }
  cuts = 0
  /** The story is told: what was still to happen does not. */
  over = false
  /** Tabs that were opened as writers so far. */
  lives = 0
  /** Grows when the product is updated: tools have another description then. */
  build = 1
  /** The core without the worker around it. */
  readonly bare: boolean
  /** Who holds the lock of the session, in the core without a worker, and what it does when another tab takes it. */
  owner: Life | undefined
  stepAside: { readonly life: Life; readonly now: () => void } | undefined
  /** What became of the disk, where the session cannot go on from it: what was done and written by then. */
  ruined: Ruined | undefined
  /** Number of the newest fact that was there before this world was: what led to it is not told here. */
  readonly since: number
  /** Something beside the log is missing or wrong. */
  lacking = false
  /** What tabs share besides the disk. */
  readonly locks: ReturnType<typeof lockRoom>
  readonly channel: ReturnType<typeof channelRoom>
  /** Who is to be told that the app was updated in another tab. */
  readonly outdated: { readonly life: Life; readonly listener: (failure: Failure) => void }[] = []

  constructor(options: WorldOptions) {
    this.scenario = options.scenario
    this.plant = options.plant
    this.bare = options.bare ?? options.plant?.journal !== undefined
    this.dice = dice(options.seed)
    this.schedule = new Schedule({
      faults: (point) => {
        const fault = options.faults(point, this)
        if (fault) this.#mark(fault.type, point.name)
        return fault
      },
      ...(options.random && { dice: dice(options.seed ^ 0x5bd1e995) }),
      power: () => {
        this.cuts++
        this.disk.powerCut()
        this.preview = { request: 0, text: '' }
      },
      full: () => this.disk.fill(true),
      ruin: (fault) => this.#ruin(fault),
    })
    this.schedule.spread(options.random ?? false)
    const { start } = options
    this.since = start?.rows.record.head ?? 0
    this.disk = new Disk(this.schedule, { session: start?.session ?? sessionId('sim'), start, reached: (state) => this.reached(state) })
    this.locks = lockRoom(this.schedule, () => {
      this.reached('taken over')
      if (hasOpenCall(this.disk.events)) this.reached('fenced between intent and result')
    })
    this.channel = channelRoom(this.schedule)
  }

  #ruin(fault: Ruin): void {
    if (fault.type === 'outdated') {
      this.disk.outdate()
      for (const { life, listener } of this.outdated.splice(0)) if (life.state !== 'dead') listener(OUTDATED)
    } else if (fault.type === 'cleared') {
      const written = [...this.disk.events]
      this.ruined = { type: 'cleared', effects: this.effects.length, written, facts: written }
      this.disk.clear()
    } else {
      const isLog = fault.what === 'fact' || fault.what === 'gap'
      const written = [...this.disk.events]
      const at = this.disk.damage(fault.what)
      if (isLog && at !== undefined) {
        this.ruined ??= { type: 'damaged', at, effects: this.effects.length, written, facts: [...this.disk.events] }
      } else if (at !== undefined) this.lacking = true
    }
  }

  /** A state that a full campaign must have reached at least once. */
  reached(state: string): void {
    this.states.add(state)
  }

  /**
   * All that is left where the only tab dies at this point. Equal marks in one run: nothing that outlives a tab changed in between.
   * `undefined`: other tabs go on.
   */
  grave(): string | undefined {
    const { disk, schedule, preview, effects, sent, clicks, written, acknowledged, shown } = this
    if (schedule.alive.length !== 1) return undefined
    const told = [effects, sent, clicks, written, acknowledged].map(({ length }) => length)
    return JSON.stringify([schedule.answered, disk.changes, disk.full, preview, shown.size, this.asked.size, this.keys.size, ...told])
  }

  #mark(fault: string, name: string): void {
    const [verb = '', what = ''] = name.split(' ')
    this.reached(`${fault} at ${verb}`)
    for (const fact of what.split('+')) if (fact !== '') this.reached(`${fault} at ${verb} ${fact}`)
  }
}

function hasOpenCall(events: readonly SessionEvent[]): boolean {
  const open = new Set<string>()
  for (const event of events) {
    if (event.type === 'call.started') open.add(event.data.call)
    if (event.type === 'call.ended') open.delete(event.data.call)
  }
  return open.size > 0
}
