import { DEMO_MODEL_ID, failureOf, type Failure, type LimitReached } from '@tabwright/protocol'
import { blockOf } from '../guards/guards'
import { hookContext } from '../hooks/hook-context'
import type { Hooks } from '../hooks/hooks'
import type { Journal } from '../journal'
import type { Fact } from '../fact'
import { failureAt } from '../limits/budget'
import type { ModelChoice, Ports } from '../ports'
import type { SessionState } from '../session-state'
import { NOT_FOR_DEMO } from './ask'
import { askForSummary, blockedEntry, endEntry, LOST_ENTRY, refusedEntry, summaryRequest } from './entries'
import { nextCompaction, type CompactionAction } from './next'
import { limitsOf } from './policy'
import type { Summarised } from './summary'

/** Makes summaries beside the loop. The loop asks it before each step and does what it says. */
export interface Compactor {
  /** `again`: something was written, look at everything anew. `wait`: the next step needs the summary that is under way. */
  look(): Promise<'go' | 'again' | 'wait'>
  /** Resolves when the summary under way has come or failed. */
  arrived(): Promise<void>
  /** Drops the summary under way; resolves when that is durable. At once where there is none. */
  stop(): Promise<void>
  /** Lets go of what runs and writes nothing. */
  close(): void
}

export interface Compacting {
  readonly ports: Ports
  readonly journal: Journal
  /** The model that the conversation is with. @throws FailureError `no_key` */
  readonly choice: () => ModelChoice
  readonly hooks: Pick<Hooks, 'onCompact'>
  /** The person stops the turn. */
  readonly isStopped: () => boolean
  /** The limit of the person's that leaves no room for another request. */
  readonly reached: () => Promise<LimitReached | undefined>
  /** A summary came: look again. */
  readonly wake: () => void
}

/** For the one worker that writes the session. */
export function createCompactor(compacting: Compacting): Compactor {
  return new SessionCompactor(compacting)
}

/** One request for a summary. */
interface Job {
  /** Number of the fact that it began with. */
  readonly seq: number
  readonly abort: AbortController
  readonly settled: Promise<void>
  readonly waiting: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[]
  result?: Summarised
}

/** What people asked for and nobody began yet: one summary answers all of it. */
interface Wanted {
  readonly rows: readonly number[]
  readonly instructions?: string | undefined
}

/** What the project's hooks made of a summary that is about to be asked for. */
interface HooksSaid {
  readonly facts: readonly Fact[]
  readonly block: string | undefined
  readonly added: string
}
type Start = Extract<CompactionAction, { type: 'start' }>

class SessionCompactor implements Compactor {
  readonly #compacting: Compacting
  #job: Job | undefined

  constructor(compacting: Compacting) {
    this.#compacting = compacting
  }

  async look(): Promise<'go' | 'again' | 'wait'> {
    const { journal } = this.#compacting
    const { state } = journal
    const job = this.#job
    if (job?.result && maySettle(state, job.result)) {
      await this.#settle(job, job.result)
      return 'again'
    }
    if (state.compaction.open && state.compaction.open.seq !== job?.seq) {
      await journal.write(LOST_ENTRY)
      return 'again'
    }
    if (!job) return this.#begin()
    return this.#next(false).type === 'wait' ? 'wait' : 'go'
  }

  async arrived(): Promise<void> {
    await this.#job?.settled
  }

  async stop(): Promise<void> {
    const job = this.#job
    if (!job) return
    job.abort.abort()
    await new Promise<void>((resolve, reject) => {
      job.waiting.push({ resolve, reject })
      this.#compacting.wake()
    })
  }

  close(): void {
    const job = this.#job
    this.#job = undefined
    job?.abort.abort()
    for (const { resolve } of job?.waiting.splice(0) ?? []) resolve()
  }

  async #settle(job: Job, result: Summarised): Promise<void> {
    try {
      await this.#compacting.journal.write(async () => endEntry(this.#compacting, job.seq, result))
    } catch (error) {
      for (const { reject } of job.waiting.splice(0)) reject(error)
      throw error
    }
    this.#job = undefined
    for (const { resolve } of job.waiting.splice(0)) resolve()
  }

  async #begin(): Promise<'go' | 'again'> {
    const { journal, ports } = this.#compacting
    // Nothing that anybody could ask for may begin now.
    if (this.#next(true).type === 'none') return 'go'
    const wanted = await readWanted(ports)
    const next = this.#next(wanted !== undefined)
    const taken = wanted ? { taken: wanted.rows } : {}
    switch (next.type) {
      case 'start':
        return this.#startWithin(next, wanted)
      case 'refuse':
        await journal.write({ ...refusedEntry(next.failure), ...taken })
        return 'again'
      case 'end-turn':
        await journal.write({ facts: [{ type: 'turn.ended', data: { stop: 'failed', failure: next.failure } }] })
        return 'again'
      default:
        return 'go'
    }
  }

  /** A summary is a request like any other: where a limit leaves no room for it, the loop stops in front of its own. */
  async #startWithin(next: Start, wanted: Wanted | undefined): Promise<'go' | 'again'> {
    const reached = await this.#compacting.reached()
    if (!reached) await this.#start(next, wanted)
    else if (wanted) await this.#compacting.journal.write({ ...refusedEntry(failureAt(reached)), taken: wanted.rows })
    else return 'go'
    return 'again'
  }

  #next(isWanted: boolean): CompactionAction {
    const { state, wire: rows } = this.#compacting.journal
    const choice = this.#chosen()
    if (!('info' in choice)) return isWanted ? { type: 'refuse', failure: choice } : { type: 'none' }
    const isSameModel = choice.info.id === state.model
    return nextCompaction({ state, rows, limits: limitsOf(choice.info), isSameModel, isWanted })
  }

  async #start(next: Start, wanted: Wanted | undefined): Promise<void> {
    const { journal, ports } = this.#compacting
    const choice = this.#chosen()
    if (!('info' in choice)) return
    const { trigger, way, messages } = next
    const instructions = (wanted ?? journal.state.compaction.owed)?.instructions?.trim() || undefined
    const said = await this.#asked(next, instructions)
    if (this.#compacting.isStopped()) return
    if (said.block !== undefined) return journal.write({ ...blockedEntry(next, said.block, said.facts), taken: wanted?.rows ?? [] })
    const { added } = said
    const data = { trigger, way, messages, ...(instructions !== undefined && { instructions }), ...(added !== '' && { added }) }
    await journal.write({ facts: [...said.facts, { type: 'compaction.started', data }], ...(wanted && { taken: wanted.rows }) })
    const { open } = journal.state.compaction
    if (!open) return
    const abort = new AbortController()
    const asked = askForSummary(ports, choice, { ...summaryRequest(journal, choice, open), signal: abort.signal })
    const job: Job = { seq: open.seq, abort, waiting: [], settled: asked.then((result) => this.#came(job, result)) }
    this.#job = job
  }

  /** The project's hooks, in front of a summary. */
  async #asked({ trigger }: Start, instructions: string | undefined): Promise<HooksSaid> {
    const answers = await this.#compacting.hooks.onCompact(trigger === 'manual' ? 'manual' : 'auto', instructions)
    const facts: readonly Fact[] = answers.length === 0 ? [] : [{ type: 'guard.answered', data: { point: 'pre-compact', answers } }]
    return { facts, block: blockOf(answers), added: answers.flatMap(hookContext).join('\n') }
  }

  #came(job: Job, result: Summarised): void {
    job.result = result
    if (this.#job === job) this.#compacting.wake()
  }

  #chosen(): ModelChoice | Failure {
    try {
      const choice = this.#compacting.choice()
      return choice.info.id === DEMO_MODEL_ID ? NOT_FOR_DEMO : choice
    } catch (error) {
      return failureOf(error)
    }
  }
}

async function readWanted(ports: Ports): Promise<Wanted | undefined> {
  const rows = await ports.log.readInbox(ports.session)
  const asked = rows.flatMap(({ n, message }) => (message.type === 'compact' ? [{ n, instructions: message.instructions }] : []))
  if (asked.length === 0) return undefined
  return { rows: asked.map(({ n }) => n), instructions: asked.findLast(({ instructions }) => instructions !== undefined)?.instructions }
}

/** What failed may be noted at any time; a new wire only while no request of the old one is open. */
function maySettle({ request, calls, compaction }: SessionState, result: Summarised): boolean {
  if (result.type === 'failed') return true
  // A summary in words has no place for a result that comes later.
  if (compaction.open?.way === 'text' && calls.some((call) => !call.ended)) return false
  return !request || (request.failed !== undefined && request.failed.retryAt === undefined)
}
