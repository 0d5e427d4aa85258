import { sessionId, type Digest, type WireRow } from '@tabwright/protocol'
import { Disk } from './disk'
import type { Faults } from './fault'
import type { Plant } from './planted'
import { dice, type Dice } from './random'
import { Schedule, type Life } from './schedule'
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
  /** Who holds the lock of the session. */
  owner: Life | undefined

  constructor(options: { scenario: Scenario; seed: number; faults: Faults; plant?: Plant | undefined; random?: boolean }) {
    this.scenario = options.scenario
    this.plant = options.plant
    this.dice = dice(options.seed)
    this.schedule = new Schedule({
      faults: (point) => {
        const fault = options.faults(point)
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
    })
    this.schedule.spread(options.random ?? false)
    this.disk = new Disk(this.schedule, sessionId('sim'), (state) => this.reached(state))
  }

  /** A state that a full campaign must have reached at least once. */
  reached(state: string): void {
    this.states.add(state)
  }

  #mark(fault: string, name: string): void {
    const [verb = '', what = ''] = name.split(' ')
    this.reached(`${fault} at ${verb}`)
    for (const fact of what.split('+')) if (fact !== '') this.reached(`${fault} at ${verb} ${fact}`)
  }
}
