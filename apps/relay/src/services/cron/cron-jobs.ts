import { createHash } from 'node:crypto'
import { isJsonObject } from '@tabwright/protocol'
import { EngineError, type Binding, type BindingEnd } from '../../engine/built-in'
import { accountOf, subjectOf, type Identity } from '../../engine/identity'
import type { Lane } from '../../stores/queue-store'
import { AWAY_MS, checkMayBind, durable, type ServiceParts } from '../parts'
import { readSchedule, type Schedule } from './schedule'

/** Where runs wait for their functions. */
export const CRON_QUEUE = 'engine::cron'

/** The longest that a timer is set for: a machine that sleeps is noticed within this, and a moved clock too. */
const LONGEST_TIMER_MS = 60_000
/** How often a job that could not run is looked at again. */
const LOOK_MS = 1000
/** Whoever binds it anew has done so by then. */
const LEAVING_MS = 1000
/** Who had a job bound when the relay ended has bound it again by then, or will not. */
const RETURN_MS = 60_000

interface Job {
  readonly id: string
  readonly schedule: Schedule
  readonly functionId: string
  readonly bindings: Map<string, { readonly binding: Binding; readonly condition: string | undefined }>
  /** The newest slot that was dealt with. */
  slot: number
  timer: NodeJS.Timeout | undefined
  /** While nobody has it bound: until it is nobody's. */
  leaving: NodeJS.Timeout | undefined
  isTicking: boolean
}

/**
 * Schedules. The same function at the same times is one job, whoever binds it and how often, so that two copies of a worker run it once.
 * A run is an item of the queue: it is made at least once, and never beside the one before.
 */
export class CronJobs {
  readonly #parts: ServiceParts
  readonly #wake: (lane: Lane) => void
  readonly #jobs = new Map<string, Job>()
  readonly #beginning = new Map<string, Promise<Job>>()
  /** On whose account each job is, from before it is written down until it is nobody's: of whom bound it last. */
  readonly #accounts = new Map<string, string>()
  #returning: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(parts: ServiceParts, wake: (lane: Lane) => void) {
    this.#parts = parts
    this.#wake = wake
  }

  /** Jobs of before that nobody binds again become nobody's. */
  open(): void {
    this.#returning = setTimeout(() => {
      this.#letGo().catch((thrown: unknown) => this.#parts.failed('cron', thrown))
    }, RETURN_MS).unref()
  }

  async #letGo(): Promise<void> {
    const { cron } = this.#parts.stores
    for (const job of await cron.bound())
      if (!this.#isClosed && !this.#jobs.has(job)) await cron.note({ job, slot: this.#parts.now(), bound: false })
  }

  /** @throws EngineError */
  async bind(binding: Binding): Promise<void> {
    const schedule = readSchedule(binding.config)
    const condition = conditionOf(binding)
    const id = jobId(binding.functionId, schedule)
    this.#charge(id, binding.binder)
    const job = this.#jobs.get(id) ?? (await this.#begun({ id, schedule, functionId: binding.functionId }))
    job.bindings.set(binding.id, { binding, condition })
    clearTimeout(job.leaving)
    this.#tick(job)
  }

  /** What somebody left stays for days, so who comes and goes could leave any number. @throws EngineError `too_many` */
  #charge(job: string, binder: Identity): void {
    const who = accountOf(subjectOf(binder))
    if (this.#accounts.get(job) === who) return
    const most = this.#parts.limits.cronJobsOfIdentity
    const count = [...this.#accounts.values()].filter((one) => one === who).length
    if (count >= most) {
      const message = `"${binder.id}" has ${count} jobs of cron and may have ${most}; this one was not taken. Unregister others first; what a worker left without that is kept for seven days, and goes when it is bound again and unregistered.`
      throw new EngineError('too_many', message)
    }
    this.#accounts.set(job, who)
  }

  /** Several who bind a job that is only being written down get the same one. */
  #begun(of: Pick<Job, 'id' | 'schedule' | 'functionId'>): Promise<Job> {
    const under = this.#beginning.get(of.id)
    if (under !== undefined) return under
    const begun = this.#begin(of).finally(() => {
      this.#beginning.delete(of.id)
      if (!this.#jobs.has(of.id)) this.#accounts.delete(of.id)
    })
    this.#beginning.set(of.id, begun)
    return begun
  }

  async #begin(of: Pick<Job, 'id' | 'schedule' | 'functionId'>): Promise<Job> {
    const { stores, now } = this.#parts
    // Bound when we last wrote: the relay was away, so the slots since then were missed. Otherwise they were nobody's.
    const before = await stores.cron.get(of.id)
    const slot = before?.bound === true ? before.slot : now()
    await durable(stores.cron.note({ job: of.id, slot, bound: true }))
    const job: Job = { ...of, bindings: new Map(), slot, timer: undefined, leaving: undefined, isTicking: false }
    this.#jobs.set(of.id, job)
    return job
  }

  /** One that `left` finds what it missed when it is back: slots of a job that was not unbound are somebody's. */
  unbind(id: string, how: BindingEnd): void {
    for (const job of this.#jobs.values()) {
      if (!job.bindings.delete(id) || job.bindings.size > 0) continue
      job.leaving = setTimeout(
        () => this.#left(job).catch((thrown: unknown) => this.#parts.failed('cron', thrown)),
        how === 'left' ? AWAY_MS : LEAVING_MS,
      ).unref()
    }
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#returning)
    for (const { timer, leaving } of this.#jobs.values()) {
      clearTimeout(timer)
      clearTimeout(leaving)
    }
  }

  async #left(job: Job): Promise<void> {
    if (this.#isClosed || job.bindings.size > 0) return
    clearTimeout(job.timer)
    this.#jobs.delete(job.id)
    this.#accounts.delete(job.id)
    await this.#parts.stores.cron.note({ job: job.id, slot: this.#parts.now(), bound: false })
  }

  #tick(job: Job): void {
    if (job.isTicking) return
    clearTimeout(job.timer)
    job.isTicking = true
    void this.#run(job)
      .catch((thrown: unknown) => {
        this.#parts.failed('cron', thrown)
        return LOOK_MS
      })
      .then((wait) => {
        job.isTicking = false
        this.#again(job, wait)
      })
  }

  #again(job: Job, wait: number | undefined): void {
    clearTimeout(job.timer)
    if (this.#isClosed || wait === undefined || this.#jobs.get(job.id) !== job) return
    job.timer = setTimeout(() => this.#tick(job), Math.min(Math.max(wait, 1), LONGEST_TIMER_MS)).unref()
  }

  /** What is due. How long to wait for the next look; undefined: there will be nothing more. */
  async #run(job: Job): Promise<number | undefined> {
    const { now, engine, report } = this.#parts
    // Of several that of whose function it is: a condition of somebody who may call it too must not keep it from running.
    const all = [...job.bindings.values()]
    const bound = all.find(({ binding }) => binding.binder.id === engine.owner(job.functionId)) ?? all[0]
    // Nobody to run it now: when somebody is, the newest slot is made up for, once. Nothing is counted until then, it may be for days.
    if (bound === undefined || engine.presence(job.functionId) !== 'live') return LOOK_MS
    const at = now()
    const due = job.schedule.newest(job.slot, at)
    if (due === undefined) {
      const next = job.schedule.next(Math.max(at, job.slot))
      return next === undefined ? undefined : next - at
    }
    const isOverlapping = await this.#parts.stores.queue.isPending({ queue: CRON_QUEUE, functionId: job.functionId }, job.id)
    const missed = due.missed + (isOverlapping ? 1 : 0)
    if (missed > 0) report('cron slots missed', { function: job.functionId, missed })
    if (!isOverlapping) await this.#fire(job, { ...due, at, ...bound })
    await this.#parts.stores.cron.take(job.id, due.slot)
    job.slot = due.slot
    return 0
  }

  /** First the run, then the slot: what is done twice after a crash has the same key, so it is one run. */
  async #fire(job: Job, run: { slot: number; missed: number; at: number; binding: Binding; condition: string | undefined }): Promise<void> {
    const { slot, missed, at, binding, condition } = run
    const key = `${job.id} ${slot}`
    const lane = { queue: CRON_QUEUE, functionId: job.functionId }
    await durable(
      this.#parts.stores.queue.accept({
        ...lane,
        id: key,
        key,
        group: job.id,
        payload: {
          trigger: 'cron',
          job_id: binding.id,
          scheduled_time: new Date(slot).toISOString(),
          actual_time: new Date(at).toISOString(),
          ...(missed > 0 && { missed_slots: missed }),
        },
        origin: { as: subjectOf(binding.binder), depth: 1 },
        ...(condition !== undefined && { note: { condition } }),
      }),
    )
    this.#wake(lane)
  }
}

function jobId(functionId: string, { expression, timezone }: Schedule): string {
  return createHash('sha256')
    .update(JSON.stringify([functionId, expression, timezone]))
    .digest('hex')
    .slice(0, 32)
}

function conditionOf({ config, binder }: Binding): string | undefined {
  const condition = isJsonObject(config) ? (config['condition_function_id'] ?? undefined) : undefined
  if (condition === undefined) return undefined
  if (typeof condition !== 'string')
    throw new EngineError(
      'trigger_registration_failed',
      'The cron trigger was not bound: "condition_function_id" is the name of a function.',
    )
  checkMayBind(binder, condition)
  return condition
}
