import { FailureError, type Clock } from '@tabwright/protocol'
import type { Timers } from '@tabwright/runtime/session-tab'
import { faultText, type Fault, type Point } from './fault'
import type { Dice } from './random'

/** Whoever makes port calls: one life of a tab. Dead: nothing of it ever goes on. */
export interface Life {
  readonly name: string
  state: 'live' | 'frozen' | 'dead'
  readonly died: Promise<void>
  readonly end: () => void
  /** Streams and sockets: what a sleep cuts. */
  readonly streams: Set<() => void>
}

interface Task {
  readonly life: Life
  readonly name: string
  /** Monotonic time before which it gets no turn. */
  readonly due: number
  /** Sleeps are no port calls that can fail. */
  readonly counted: boolean
  /** Looks now and then whether there is something new: nobody waits for it, and it comes last. */
  readonly isLook?: boolean
  readonly work: () => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** What happens to the disk of all tabs. */
export type Ruin = Extract<Fault, { type: 'damage' | 'cleared' | 'outdated' }>

interface Waiter {
  readonly ready: () => boolean
  readonly resolve: () => void
}

export interface ScheduleOptions {
  readonly faults: (point: Point) => Fault | undefined
  /** Without dice everything goes in the order in which it was asked for. */
  readonly dice?: Dice
  readonly power: () => void
  readonly full: () => void
  /** What else can happen to the disk. */
  readonly ruin: (fault: Ruin) => void
}

const MAX_STEPS = 6_000
/** A call over a port takes one millisecond here; so many real ones go by in it. */
const SLOWER = 16
/** How often a hidden tab's timers are let run at most. */
const LOOK_MS = 60_000
const START = 1_750_000_000_000

/**
 * One process, one thread, virtual time. Every call over a port waits for a turn; between two turns everything that can go on
 * without one has gone on. So the same choices give the same run, and a life that gets no more turns is a tab that was killed.
 */
export class Schedule {
  readonly trace: string[] = []
  readonly problems: string[] = []
  /** Monotonic times at which the machine woke from a sleep. */
  readonly woken: number[] = []
  /** How long calls were held back, all together. */
  delayed = 0
  /** Somebody set the wall clock. */
  clockSet = false
  readonly #options: ScheduleOptions
  readonly #lives: Life[] = []
  #tasks: Task[] = []
  #waiters: Waiter[] = []
  #mono = 0
  #wall = START
  #points = 0
  #answered = 0
  #spread = false

  constructor(options: ScheduleOptions) {
    this.#options = options
  }

  get points(): number {
    return this.#points
  }

  /** How often somebody outside of all tabs went on. */
  get answered(): number {
    return this.#answered
  }

  /** Tabs that are not gone, by name. */
  get alive(): readonly string[] {
    return this.#lives.filter(({ state }) => state !== 'dead').map(({ name }) => name)
  }

  now(): number {
    return this.#wall
  }

  mono(): number {
    return this.#mono
  }

  /** Puts every later call that comes at the same time in a seeded order. */
  spread(on: boolean): void {
    this.#spread = on
  }

  live(name: string): Life {
    let end = (): void => undefined
    const died = new Promise<void>((resolve) => (end = resolve))
    const life: Life = { name, state: 'live', died, end, streams: new Set() }
    this.#lives.push(life)
    return life
  }

  /** One port call: `work` happens when its turn comes, if it comes. */
  turn<T>(life: Life, name: string, work: () => T | Promise<T>): Promise<T> {
    return this.#ask({ life, name, due: this.#mono, counted: true, work }, undefined)
  }

  /** As {@link Schedule.turn}, for a call that does nothing by itself and can be aborted. */
  pause(life: Life, name: string, signal: AbortSignal): Promise<void> {
    return this.#ask({ life, name, due: this.#mono, counted: true, work: () => undefined }, signal)
  }

  clock(life: Life): Clock {
    return {
      now: () => this.#wall,
      mono: () => this.#mono,
      sleep: async (ms, signal) => {
        // A point of its own, so that something can happen while it lasts.
        await this.#ask({ life, name: 'clock.sleep', due: this.#mono, counted: true, work: () => undefined }, signal)
        const due = this.#mono + Math.max(0, ms)
        await this.#ask({ life, name: `sleep ${ms}`, due, counted: false, work: () => undefined }, signal)
      },
    }
  }

  /** Timers of one life: no points, and slower than the calls as they are in a real tab. Those that look again come when nothing else does. */
  timers(life: Life): Timers {
    const later = (ms: number, work: () => void, isLook: boolean): (() => void) => {
      const due = this.#mono + ms
      const task: Task = { life, name: 'timer', due, counted: false, isLook, work, resolve: work, reject: () => undefined }
      if (life.state !== 'dead') this.#tasks.push(task)
      return () => this.#remove(task)
    }
    return {
      after: (ms, act) => later(Math.ceil(ms / SLOWER), act, false),
      every: (ms, act) => {
        const again = (): void => {
          end = later(Math.max(LOOK_MS, ms), again, true)
          act()
        }
        let end = later(Math.max(LOOK_MS, ms), again, true)
        return () => end()
      },
    }
  }

  /** All that look now and then look now. */
  look(): void {
    for (const task of this.#tasks.filter(({ isLook, life }) => isLook && life.state === 'live')) this.#looked(task)
  }

  #looked(task: Task): void {
    this.#remove(task)
    task.resolve(undefined)
  }

  /** Whether a life has anything under way, a sleep included. */
  waiting(life: Life): boolean {
    return this.#tasks.some((task) => task.life === life && !task.isLook)
  }

  /** For who is outside of all tabs: the person. */
  until(ready: () => boolean): Promise<void> {
    return new Promise((resolve) => this.#waiters.push({ ready, resolve }))
  }

  kill(life: Life): void {
    if (life.state === 'dead') return
    life.state = 'dead'
    // Nothing of it goes on, not even to an error when the machine sleeps later.
    life.streams.clear()
    this.#tasks = this.#tasks.filter((task) => task.life !== life)
    this.note(`${life.name} is gone`)
    life.end()
  }

  note(line: string): void {
    this.trace.push(line)
  }

  problem(text: string): void {
    if (!this.problems.includes(text)) this.problems.push(text)
  }

  /** Gives turns until `main` is through. */
  async run(main: Promise<void>): Promise<void> {
    let through = false
    main.then(
      () => (through = true),
      (error: unknown) => {
        through = true
        this.problem(`the run broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      },
    )
    for (let step = 0; ; step++) {
      await drained()
      if (through) return
      if (step > MAX_STEPS) return this.problem('[INV-12] no rest after all faults: the run goes on for ever')
      if (!(await this.#step())) return this.problem('[INV-12] everything waits and nothing can go on')
    }
  }

  async #step(): Promise<boolean> {
    const { dice } = this.#options
    const ready = this.#waiters.find((waiter) => waiter.ready())
    const open = this.#tasks.filter((task) => !task.isLook && task.life.state === 'live' && task.due <= this.#mono)
    if (ready && (open.length === 0 || !dice || dice.chance(0.6))) {
      this.#waiters = this.#waiters.filter((waiter) => waiter !== ready)
      this.#answered++
      ready.resolve()
      return true
    }
    const [first, ...others] = open
    if (first) {
      await this.#grant(dice && this.#spread ? dice.pick([first, ...others]) : first)
      return true
    }
    return this.#pass() || this.thaw() || this.#lookAgain()
  }

  /** Nobody can go on: time passes until the next sleeper wakes. */
  #pass(): boolean {
    const dues = this.#tasks.filter((task) => !task.isLook && task.life.state === 'live').map((task) => task.due)
    if (dues.length === 0) return false
    const next = Math.min(...dues)
    const look = this.#nextLook()
    if (look && look.due < next) return this.#lookAgain()
    this.#advance(Math.max(1, next - this.#mono))
    return true
  }

  #nextLook(): Task | undefined {
    return this.#tasks.find((task) => task.isLook && task.life.state === 'live')
  }

  #lookAgain(): boolean {
    const look = this.#nextLook()
    if (!look) return false
    this.#advance(Math.max(1, look.due - this.#mono))
    this.#looked(look)
    return true
  }

  /** Wakes a tab that was frozen. False: there is none. */
  thaw(): boolean {
    const frozen = this.#lives.find((life) => life.state === 'frozen')
    if (!frozen) return false
    frozen.state = 'live'
    this.note(`${frozen.name} wakes`)
    return true
  }

  /** Whether nobody has anything under way. */
  idle(): boolean {
    return !this.#tasks.some((task) => task.life.state === 'live' && !task.isLook)
  }

  #advance(ms: number): void {
    this.#mono += ms
    this.#wall += ms
  }

  async #grant(task: Task): Promise<void> {
    const { life, name } = task
    if (name === 'timer') {
      this.#remove(task)
      return task.resolve(undefined)
    }
    this.#advance(1)
    if (!task.counted) {
      this.#remove(task)
      this.note(`     ${life.name} wakes from ${name}`)
      return task.resolve(undefined)
    }
    const n = this.#points++
    const fault = this.#options.faults({ n, life: life.name, name })
    this.note(`${String(n).padStart(4)} ${life.name} ${name}${fault ? `   <== ${faultText(fault)}` : ''}`)
    if (fault?.type === 'delay') return this.#later(task, fault.ms)
    if (fault?.type === 'freeze') return void (life.state = 'frozen')
    this.#remove(task)
    await this.#happen(task, fault)
  }

  async #happen(task: Task, fault: Fault | undefined): Promise<void> {
    switch (fault?.type) {
      case 'kill':
      case 'power':
      case 'fail':
        if (fault.when === 'after') await quietly(task.work)
        if (fault.type === 'kill') return this.kill(task.life)
        if (fault.type === 'power') return this.#cutPower()
        return task.reject(new FailureError({ code: fault.code, message: `Simulated: ${fault.code}.` }))
      case 'full':
        this.#options.full()
        break
      case 'clock':
        this.#wall += fault.ms
        this.clockSet = true
        break
      case 'sleep':
        this.#sleep(fault.ms)
        break
      case 'damage':
        for (const life of this.#lives) this.kill(life)
        return this.#options.ruin(fault)
      case 'cleared':
      case 'outdated':
        this.#options.ruin(fault)
        break
      case 'drop':
        return task.resolve(undefined)
      case 'double':
        await quietly(task.work)
        break
      case 'delay':
      case 'freeze':
      case undefined:
        break
    }
    // Not awaited: a call may itself wait for turns.
    void Promise.resolve().then(task.work).then(task.resolve, task.reject)
  }

  #cutPower(): void {
    for (const life of this.#lives) this.kill(life)
    this.#options.power()
  }

  #sleep(ms: number): void {
    this.#wall += ms
    this.woken.push(this.#mono)
    for (const life of this.#lives) for (const cut of life.streams) cut()
  }

  #later(task: Task, ms: number): void {
    this.delayed += ms
    this.#remove(task)
    this.#tasks.push({ ...task, due: this.#mono + ms })
  }

  #remove(task: Task): void {
    this.#tasks = this.#tasks.filter((other) => other !== task)
  }

  #ask<T>(wanted: Omit<Task, 'resolve' | 'reject' | 'work'> & { work: () => T | Promise<T> }, signal: AbortSignal | undefined): Promise<T> {
    if (wanted.life.state === 'dead') return new Promise(() => undefined)
    return new Promise<T>((resolve, reject) => {
      const aborted = (): void => {
        this.#tasks = this.#tasks.filter((other) => other.resolve !== done)
        reject(new FailureError({ code: 'aborted', message: 'Stopped.' }))
      }
      const done = (value: unknown): void => {
        signal?.removeEventListener('abort', aborted)
        resolve(value as T)
      }
      const failed = (error: unknown): void => {
        signal?.removeEventListener('abort', aborted)
        reject(error)
      }
      if (signal?.aborted) return aborted()
      signal?.addEventListener('abort', aborted, { once: true })
      this.#tasks.push({ ...wanted, resolve: done, reject: failed })
    })
  }
}

/** Nothing in the simulation waits for anything but promises, so after one round of the event loop all have gone on that can. */
function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

async function quietly(work: () => unknown): Promise<void> {
  try {
    await work()
  } catch (error) {
    // Nobody hears of it: that is the fault. What breaks the simulation itself must not pass.
    if (!(error instanceof FailureError)) throw error
  }
}
