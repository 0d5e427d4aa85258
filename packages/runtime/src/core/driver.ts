import { assertNever, DEMO_MODEL_ID, failureOf, type Failure } from '@tabwright/protocol'
import { interruptedOutcome, judgeOne, runAll, settleOne, type Calling } from './calls'
import { changedInstructions } from './instructions'
import type { Fact, Journal } from './journal'
import type { ModelChoice, Ports } from './ports'
import type { Registry } from './registry'
import { askModel, noteLostRequest } from './request'
import { step, type Action } from './step'

/** Drives one session: asks `step` what is next, does it, and stops where a person is needed. */
export interface Driver {
  /** Something happened that may give it work. */
  wake(): void
  /** Ends the open turn: aborts what runs, gives every open call a result. Resolves when the turn's end is durable. */
  stop(): Promise<void>
  /** Ends the pause before the next attempt; after a failed turn, opens a new one with what was already sent. */
  retry(): Promise<void>
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
  #stopWaiters: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = []
  readonly #seen = new Map<string, number>()

  constructor(driving: Driving) {
    this.#driving = driving
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

  async stop(): Promise<void> {
    if (!this.#driving.journal.state.turn) return
    this.#stopping = true
    this.#abort.abort()
    this.#pause.abort()
    const ended = new Promise<void>((resolve, reject) => this.#stopWaiters.push({ resolve, reject }))
    this.wake()
    await ended
  }

  async retry(): Promise<void> {
    this.#pause.abort()
    const { state, wire } = this.#driving.journal
    if (state.turn || !state.stopped || state.stopped.stop === 'end') return
    // An answer that was complete is not asked for again: the wire would end with the model's own words.
    if (wire.at(-1)?.role !== 'user' && state.unsent.length === 0) return
    await this.#startTurn()
    this.wake()
  }

  close(): void {
    this.#closed = true
    // First: what the abort ends must not be written as if the person had stopped it.
    this.#driving.journal.close()
    this.#abort.abort()
    this.#pause.abort()
  }

  async #run(): Promise<void> {
    const { journal, registry } = this.#driving
    while (!this.#closed) {
      this.#again = false
      if (this.#stopping) await interruptTurn(journal)
      if (this.#stopping) this.#resume()
      if (!journal.state.turn) await deliver(this.#driving)
      const action = step(journal.state, (name) => registry.get(name)?.spec)
      if (action.type !== 'idle' && action.type !== 'wait-decision') await this.#act(action)
      else if (!this.#again) break
    }
    // In the same tick as the last look at `again`: a wake that comes later starts a new run.
    this.#running = false
  }

  async #act(action: Exclude<Action, { type: 'idle' | 'wait-decision' }>): Promise<void> {
    const { ports, journal, registry } = this.#driving
    const calling: Calling = { journal, ports, registry, signal: this.#abort.signal, seen: this.#seen }
    switch (action.type) {
      case 'start-turn':
        return this.#startTurn()
      case 'note-lost-request':
        return noteLostRequest(journal, ports)
      case 'wait-retry':
        await this.#waitUntil(action.until)
        return this.#stopping ? undefined : this.#ask(action.attempt)
      case 'request':
        await deliver(this.#driving)
        return this.#ask(action.attempt)
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
  async #ask(attempt: number): Promise<void> {
    const { ports, journal, registry } = this.#driving
    this.#choice ??= ports.model()
    const choice = this.#choice
    const began = journal.state.model
    // The scripted model does not put words into a real conversation, nor a real one into the tour's.
    if (began !== undefined && began !== choice.info.id && (choice.info.id === DEMO_MODEL_ID || began === DEMO_MODEL_ID)) {
      return journal.write({ facts: [{ type: 'turn.ended', data: { stop: 'failed', failure: unreachable(began) } }] })
    }
    await askModel({ journal, ports, registry, choice, attempt, signal: this.#abort.signal })
  }

  async #startTurn(): Promise<void> {
    const { journal, ports } = this.#driving
    const choice = ports.model()
    this.#choice = choice
    await journal.write(async () => {
      const loaded = await changedInstructions(ports.workspace, ports.text, journal.state.instructions)
      return { facts: [{ type: 'turn.started', data: { model: choice.info.id } }, ...loaded] }
    })
  }

  async #waitUntil(until: number): Promise<void> {
    const { clock } = this.#driving.ports
    const ms = until - clock.now()
    if (this.#stopping || ms <= 0) return
    // A new one each time: an earlier stop or retry says nothing about this wait.
    const pause = new AbortController()
    this.#pause = pause
    try {
      await clock.sleep(ms, pause.signal)
    } catch (error) {
      // Woken early: by a person who retries, or by a stop that the loop sees next.
      if (!pause.signal.aborted) throw error
    }
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

/** What waits in the inbox becomes part of the session, once, in order. */
async function deliver(driving: Driving): Promise<void> {
  const { journal, ports } = driving
  const waiting = (await ports.log.readInbox(ports.session)).flatMap(({ n, message }) =>
    message.type === 'message' ? [{ n, message }] : [],
  )
  if (waiting.length === 0) return
  const facts = waiting.map(({ message }): Fact => ({
    type: 'message.user',
    data: { content: [{ type: 'text', text: message.text }], from: 'user' },
  }))
  try {
    await journal.write({ facts, taken: waiting.map((row) => row.n) })
  } catch (error) {
    // A message was taken back between the look and the write: nothing was written, look again.
    if (failureOf(error).code !== 'stale') throw error
    await deliver(driving)
  }
}

async function interruptTurn(journal: Journal): Promise<void> {
  await journal.write(async () => {
    const { state } = journal
    if (!state.turn) return { facts: [] }
    const open = state.calls.filter((call) => !call.ended)
    const results = open.map((call): Fact => ({
      type: 'call.ended',
      data: { call: call.content.id, outcome: interruptedOutcome(call), ms: 0 },
    }))
    return { facts: [...results, { type: 'turn.ended', data: { stop: 'interrupted' } }] }
  })
}
