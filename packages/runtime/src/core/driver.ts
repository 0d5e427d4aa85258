import { assertNever, failureOf, type Failure } from '@tabwright/protocol'
import { judgeOne, runAll, settleOne, type Calling } from './calls'
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
  const { ports, journal, registry, halted } = driving
  let running = false
  let again = false
  let stopping = false
  let closed = false
  let abort = new AbortController()
  let pause = new AbortController()
  let choice: ModelChoice | undefined
  let stopWaiters: (() => void)[] = []

  const calling = (): Calling => ({ journal, ports, registry, signal: abort.signal })

  const act = async (action: Exclude<Action, { type: 'idle' | 'wait-decision' }>): Promise<void> => {
    switch (action.type) {
      case 'start-turn':
        choice = ports.model()
        return startTurn(driving, choice)
      case 'note-lost-request':
        return noteLostRequest(journal, ports)
      case 'wait-retry':
        await sleepUntil(ports, action.until, pause.signal)
        pause = new AbortController()
        return stopping ? undefined : askModel({ ...calling(), choice: (choice ??= ports.model()), attempt: action.attempt })
      case 'request':
        await deliver(driving)
        return askModel({ ...calling(), choice: (choice ??= ports.model()), attempt: action.attempt })
      case 'judge':
        return judgeOne(calling(), action.call)
      case 'run':
        return runAll(calling(), action.calls)
      case 'settle':
        return settleOne(calling(), action.call, action.why)
      case 'end-turn':
        return journal.write({
          facts: [{ type: 'turn.ended', data: { stop: action.stop, ...(action.failure && { failure: action.failure }) } }],
        })
      default:
        return assertNever(action)
    }
  }

  const resume = (): void => {
    stopping = false
    abort = new AbortController()
    const waiters = stopWaiters
    stopWaiters = []
    for (const waiter of waiters) waiter()
  }

  const run = async (): Promise<void> => {
    while (!closed) {
      again = false
      if (stopping) await interruptTurn(journal)
      if (stopping) resume()
      if (!journal.state.turn) await deliver(driving)
      const action = step(journal.state, (name) => registry.get(name)?.spec)
      if (action.type !== 'idle' && action.type !== 'wait-decision') await act(action)
      else if (!again) break
    }
    // In the same tick as the last look at `again`: a wake that comes later starts a new run.
    running = false
  }

  const wake = (): void => {
    again = true
    if (running) return
    running = true
    run().catch((error: unknown) => {
      running = false
      // Admitted calls must not run on unrecorded.
      abort.abort()
      resume()
      halted(failureOf(error))
    })
  }

  return {
    wake,
    stop: async () => {
      if (!journal.state.turn) return
      stopping = true
      abort.abort()
      pause.abort()
      const ended = new Promise<void>((resolve) => stopWaiters.push(resolve))
      wake()
      await ended
    },
    retry: async () => {
      pause.abort()
      const { turn, stopped } = journal.state
      if (turn || !stopped || stopped.stop === 'end') return
      choice = ports.model()
      await startTurn(driving, choice)
      wake()
    },
    close: () => {
      closed = true
      abort.abort()
      pause.abort()
    },
  }
}

async function sleepUntil({ clock }: Ports, until: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(Math.max(0, until - clock.now()), signal)
  } catch (error) {
    // Woken early: by a person who retries, or by a stop that the loop sees next.
    if (!signal.aborted) throw error
  }
}

async function startTurn({ journal, ports }: Driving, choice: ModelChoice): Promise<void> {
  await journal.write(async () => {
    const loaded = await changedInstructions(ports.workspace, ports.text, journal.state.instructions)
    return { facts: [{ type: 'turn.started', data: { model: choice.info.id } }, ...loaded] }
  })
}

/** What waits in the inbox becomes part of the session, once, in order. */
async function deliver(driving: Driving): Promise<void> {
  const { journal, ports } = driving
  const rows = await ports.log.readInbox(ports.session)
  if (rows.length === 0) return
  const facts = rows.map(({ message }): Fact => ({
    type: 'message.user',
    data: { content: [{ type: 'text', text: message.text }], from: 'user' },
  }))
  try {
    await journal.write({ facts, taken: rows.map((row) => row.n) })
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
    const results = open.map(({ content }): Fact => ({
      type: 'call.ended',
      data: { call: content.id, outcome: { type: 'interrupted', text: 'Interrupted by the person before it ran.' }, ms: 0 },
    }))
    return { facts: [...results, { type: 'turn.ended', data: { stop: 'interrupted' } }] }
  })
}
