import { assertNever, DEMO_MODEL_ID, failureOf, type Failure } from '@tabwright/protocol'
import { judgeOne, noteLostCall, runAll, settleOne, type Calling } from './calls'
import { createCompactor, type Compactor } from './compaction/compactor'
import { changedInstructions } from './instructions'
import type { Fact, Journal } from './journal'
import { interruptedOutcome } from './outcomes'
import type { ModelChoice, Ports } from './ports'
import type { Registry } from './registry'
import { askModel, noteLostRequest, turnSettings } from './request'
import { wantsNetwork } from './retry'
import type { Nudge } from './stop-reasons'
import { deadline, sleepUntil, SLEPT_MS, watchSleep } from './sleep'
import { deliver, newestWaiting } from './steering'
import { OURS, step, type Action } from './step'

/** Drives one session: asks `step` what is next, does it, and stops where a person is needed. */
export interface Driver {
  /** Something happened that may give it work. */
  wake(): void
  /**
   * Ends the open turn: aborts what runs, gives every open call a result. Resolves when the turn's end is durable. What waits in the
   * inbox then waits on until a person sends something or asks to go on. Asked for twice, it is done once.
   * @param taken inbox rows that this answers; gone with it
   */
  stop(taken?: readonly number[]): Promise<void>
  /** Ends the pause before the next attempt; after a turn that was stopped or failed, opens a new one with what was sent and what waits. */
  retry(taken?: readonly number[]): Promise<void>
  /** The network is back: what waits for it, or ended for want of it, is asked again as a probe. */
  online(): Promise<void>
  /** Lets go of everything that runs; the log is left as it is. */
  close(): void
}

export interface Driving {
  readonly ports: Ports
  readonly journal: Journal
  readonly registry: Registry
  /** The log cannot be written: nothing runs until `wake` is called again. */
  readonly halted: (failure: Failure) => void
}

export function createDriver(driving: Driving): Driver {
  return new SessionDriver(driving)
}

class SessionDriver implements Driver {
  readonly #driving: Driving
  #running = false
  #again = false
  #stopping = false
  #closed = false
  #abort = new AbortController()
  #pause = new AbortController()
  #choice: ModelChoice | undefined
  #stopTaken: number[] = []
  #stopWaiters: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = []
  readonly #seen = new Map<string, number>()

  readonly #compactor: Compactor

  constructor(driving: Driving) {
    this.#driving = driving
    const { ports, journal } = driving
    journal.watch((events) => {
      // What the model saw in what was taken back it does not know.
      if (events.some(({ type }) => type === 'history.rewound')) this.#seen.clear()
    })
    const choice = (): ModelChoice => (journal.state.turn && this.#choice) || ports.model()
    this.#compactor = createCompactor({ ports, journal, choice, wake: () => this.wake() })
  }

  wake(): void {
    this.#again = true
    if (this.#running) return
    this.#running = true
    this.#run().catch((error: unknown) => {
      this.#running = false
      // Admitted calls must not run on unrecorded. A stop that could not be written is still wanted.
      this.#abort.abort()
      this.#abort = new AbortController()
      for (const waiter of this.#stopWaiters.splice(0)) waiter.reject(error)
      if (!this.#closed) this.#driving.halted(failureOf(error))
    })
  }

  async stop(taken: readonly number[] = []): Promise<void> {
    const { journal } = this.#driving
    const compacting = this.#compactor.stop()
    if (!journal.state.turn) {
      await compacting
      return journal.write({ facts: [], taken })
    }
    this.#stopTaken.push(...taken.filter((n) => !this.#stopTaken.includes(n)))
    this.#stopping = true
    this.#abort.abort()
    this.#pause.abort()
    const ended = new Promise<void>((resolve, reject) => this.#stopWaiters.push({ resolve, reject }))
    this.wake()
    await Promise.all([ended, compacting])
  }

  async retry(taken: readonly number[] = []): Promise<void> {
    const { ports, journal } = this.#driving
    const { state, wire } = journal
    // While an answer streams there is no wait to end.
    if (state.request?.failed) this.#pause.abort()
    if (state.turn || !state.stopped || state.stopped.stop === 'end') return journal.write({ facts: [], taken })
    // The person says that the key is worth a try.
    const { endpoint } = ports.model().model
    if (endpoint !== undefined && state.stopped.failure?.code === 'rejected_key') await ports.breaker.trustKey(endpoint)
    // The rows that ask for it go with what they lead to: whoever dies in between leaves them to the next writer.
    const delivered = await deliver(ports, journal, { taken })
    // An answer that was complete is not asked for again: the wire would end with the model's own words.
    if (!delivered && wire.at(-1)?.role === 'assistant' && !state.wire.paused && state.unsent.length === 0)
      return journal.write({ facts: [], taken })
    // What was delivered starts the turn by itself, and only once.
    if (!delivered) await this.#startTurn(taken)
    this.wake()
  }

  async online(): Promise<void> {
    const { state } = this.#driving.journal
    if (state.turn) {
      if (wantsNetwork(state.request?.failed?.failure)) this.#pause.abort()
    } else if (wantsNetwork(state.stopped?.failure)) await this.retry()
  }

  close(): void {
    this.#closed = true
    // First: what the abort ends must not be written as if the person had stopped it.
    this.#driving.journal.close()
    this.#abort.abort()
    this.#pause.abort()
    this.#compactor.close()
  }

  async #run(): Promise<void> {
    const { ports, journal, registry } = this.#driving
    while (!this.#closed) {
      this.#again = false
      await journal.sure()
      if (this.#stopping) await this.#interrupt()
      if (!journal.state.turn) await deliver(ports, journal)
      const summary = await this.#compactor.look()
      if (summary === 'wait') await this.#compactor.arrived()
      if (summary !== 'go') continue
      const action = step(journal.state, (name) => registry.get(name)?.spec)
      if (action.type !== 'idle' && action.type !== 'wait-decision') await this.#act(action)
      else if (!this.#again) break
    }
    // In the same tick as the last look at `again`: a wake that comes later starts a new run.
    this.#running = false
  }

  async #act(action: Exclude<Action, { type: 'idle' | 'wait-decision' }>): Promise<void> {
    const { ports, journal, registry } = this.#driving
    const calling: Calling = { journal, ports, registry, signal: this.#abort.signal, seen: this.#seen, failed: this.#failed }
    switch (action.type) {
      case 'start-turn':
        return this.#startTurn()
      case 'note-lost-request':
        return noteLostRequest(journal, ports)
      case 'wait-retry':
        return this.#askAgain(action)
      case 'request':
        return this.#ask(1, true, action.nudge)
      case 'note-lost-call':
        return noteLostCall(calling, action.call)
      case 'judge':
        return judgeOne(calling, action.call)
      case 'run':
        return runAll(calling, action.calls)
      case 'settle':
        return settleOne(calling, action.call, action.why)
      case 'end-turn':
        return journal.write({
          facts: [{ type: 'turn.ended', data: { stop: action.stop, ...(action.failure && { failure: action.failure }) } }],
        })
      default:
        return assertNever(action)
    }
  }

  /** With the model that the turn started with; after a restart, with the one that is chosen now. */
  async #ask(attempt: number, steers: boolean, nudge?: Nudge): Promise<void> {
    const { ports, journal, registry } = this.#driving
    // A new one for each request, not for each wait: whoever hears that it failed may end the wait before it began.
    this.#pause = new AbortController()
    this.#choice ??= ports.model()
    const choice = this.#choice
    const began = journal.state.model
    // The scripted model does not put words into a real conversation, nor a real one into the tour's.
    if (began !== undefined && began !== choice.info.id && (choice.info.id === DEMO_MODEL_ID || began === DEMO_MODEL_ID)) {
      return journal.write({ facts: [{ type: 'turn.ended', data: { stop: 'failed', failure: unreachable(began) } }] })
    }
    // A stop that came before this request is for the loop to see.
    if (this.#stopping) return
    const stream = new AbortController()
    const { signal } = this.#abort
    const stopped = (): void => stream.abort()
    signal.addEventListener('abort', stopped, { once: true })
    let cut: Failure | undefined
    const slept = (): void => {
      cut = SLEPT
      stream.abort()
    }
    const watch = watchSleep(ports.clock, slept, this.#failed)
    try {
      await askModel({
        journal,
        ports,
        registry,
        choice,
        attempt,
        steers,
        nudge,
        signal: stream.signal,
        cutBy: () => (this.#stopping ? undefined : cut),
      })
    } finally {
      watch.end()
      signal.removeEventListener('abort', stopped)
    }
  }

  /** Waits, then asks with the same bytes. A wait that was slept through says nothing about the server: its tries count anew. */
  async #askAgain({ until, attempt }: Extract<Action, { type: 'wait-retry' }>): Promise<void> {
    const { clock } = this.#driving.ports
    if (!this.#stopping) await sleepUntil(clock, deadline(clock, until, LONGEST_PAUSE_MS), this.#pause.signal)
    if (!this.#stopping) await this.#ask(clock.now() - until > SLEPT_MS ? 1 : attempt, false)
  }

  async #startTurn(taken: readonly number[] = []): Promise<void> {
    const { journal, ports } = this.#driving
    const choice = ports.model()
    this.#choice = choice
    await journal.write(async () => {
      if (journal.state.turn) return { facts: [], taken }
      const loaded = await changedInstructions(ports.workspace, ports.text, journal.state.instructions)
      return { facts: [{ type: 'turn.started', data: turnSettings(choice) }, ...loaded], taken }
    })
  }

  readonly #failed = (error: unknown): void => {
    if (!this.#closed) this.#driving.halted(failureOf(error))
  }

  async #interrupt(): Promise<void> {
    // Whoever asks while it is being written is answered with it.
    do {
      const taken = [...this.#stopTaken]
      await interruptTurn(this.#driving, taken)
      this.#stopTaken.splice(0, taken.length)
    } while (this.#stopTaken.length > 0)
    this.#resume()
  }

  #resume(): void {
    this.#stopping = false
    this.#abort = new AbortController()
    for (const waiter of this.#stopWaiters.splice(0)) waiter.resolve()
  }
}

function unreachable(model: string): Failure {
  const who = model === DEMO_MODEL_ID ? 'The demo' : model
  return {
    code: 'no_key',
    message: `${who} began this conversation and is not connected now. Nothing is lost: connect it and try again, or start a new session.`,
  }
}

/** Longer than any pause that the retries ask for; a clock that was set back must not make it longer. */
const LONGEST_PAUSE_MS = 10 * 60_000

const SLEPT: Failure = {
  code: 'cut',
  message: 'The computer slept while the answer was on its way. It is asked for again; nothing was run twice.',
  detail: OURS,
}

async function interruptTurn({ ports, journal }: Driving, taken: readonly number[]): Promise<void> {
  await journal.write(async () => {
    const { state } = journal
    if (!state.turn) return { facts: [], taken }
    const open = state.calls.filter((call) => !call.ended)
    const results = open.map((call): Fact => ({
      type: 'call.ended',
      data: { call: call.content.id, outcome: interruptedOutcome(call), ms: 0 },
    }))
    const held = await newestWaiting(ports)
    return { facts: [...results, { type: 'turn.ended', data: { stop: 'interrupted', ...(held > 0 && { held }) } }], taken }
  })
}
