import { assertNever, DEMO_MODEL_ID, type Failure, type Mode } from '@tabwright/protocol'
import { AGENT_ANSWERS, createDesk, NO_DESK, type AgentDesk, type Within } from './agents/desk'
import { canaryOf } from './canary'
import { judgeAskedAnew, judgeOne, noteLostCall, runAll, settleOne, type Calling } from './calls'
import { createCompactor, type Compactor } from './compaction/compactor'
import { createEgress, type Egress } from './egress'
import { FETCH_IDENTITY, FETCH_TOOL } from './gate/egress'
import { createHooks, type Hooks } from './hooks/hooks'
import { changedInstructions } from './instructions'
import { interruptTurn } from './interrupt'
import type { Journal } from './journal'
import type { Fact } from './fact'
import { stopAt } from './limits/budget'
import { loopFault } from './loop-fault'
import { createPurse, type Purse } from './limits/purse'
import { reopened } from './modes'
import type { ModelChoice, Ports } from './ports'
import { endAnswered } from './questions'
import { agentPrompt, systemPrompt } from './prompt'
import { createQualityDesk, type QualityDesk } from './quality/desk'
import { identityOf, type Registry } from './registry'
import { beginRequested } from './requested'
import { askWatched } from './ask-watched'
import { modelOfTurn, noteLostRequest, turnSettings, type Asking } from './request'
import { wantsNetwork } from './retry'
import { createSecretShelf, type SecretShelf } from './secret-shelf'
import { deadline, LONGEST_PAUSE_MS, sleepUntil, SLEPT_MS } from './sleep'
import { deliver } from './steering'
import { endOf, isAnswered, unreachable } from './turn-end'
import { step, type Action } from './step'

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
  /**
   * Ends the pause before the next attempt; after a turn that was stopped or failed, opens a new one with what was sent and what waits.
   * @param before facts that belong in front of that turn: they are written whether it opens or not
   */
  retry(taken?: readonly number[], before?: () => readonly Fact[]): Promise<void>
  /** The network is back: what waits for it, or ended for want of it, is asked again as a probe. */
  online(): Promise<void>
  /** The road to the network, for commands of the person's own. */
  readonly egress: Egress
  /** What a tool is now, for what a person allows it. */
  toolIdentity(name: string): string | undefined
  /** The session is left in good order: the project's hooks are told, within a moment. */
  leave(): Promise<void>
  /** Aborted by the next stop, whether a turn is open or not: for what a person waits for beside the loop. */
  readonly stopped: AbortSignal
  /** Something beside the loop could not be written. */
  readonly failed: (error: unknown) => void
  /** Lets go of everything that runs; the log is left as it is. */
  close(): void
}

export interface Driving {
  readonly ports: Ports
  readonly journal: Journal
  readonly registry: Registry
  /** The log cannot be written: nothing runs until `wake` is called again. */
  readonly halted: (failure: Failure) => void
  /** Of a sub-agent: what it has of the session that it works in. */
  readonly within?: Within
}

export function createDriver(driving: Driving): Driver {
  return new SessionDriver(driving)
}

const NONE = (): readonly Fact[] => []

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
  readonly #held: Calling['held'] = new Map()

  /** The mode that the session was opened in, until it was looked at. */
  #inherited: Mode | undefined
  /** Since they were last looked at; whoever opens a session does not know. */
  #rulesChanged = true
  readonly #unwatchRules: () => void

  readonly #compactor: Compactor
  readonly #purse: Purse
  readonly egress: Egress
  readonly #secrets: SecretShelf
  readonly #hooks: Hooks
  readonly #quality: QualityDesk
  readonly #agents: AgentDesk

  constructor(driving: Driving) {
    this.#driving = driving
    const { ports, journal, within } = driving
    this.#secrets = within?.secrets ?? createSecretShelf(ports.workspace, ports.text, [canaryOf(ports.hash, ports.session)])
    const isSubAgent = within !== undefined
    this.#hooks = createHooks({ ports, journal, secrets: this.#secrets, signal: () => this.#abort.signal, isSubAgent })
    this.egress = within?.egress ?? createEgress({ ports, journal, secrets: this.#secrets })
    this.#inherited = within ? undefined : journal.state.mode
    journal.watch((events) => {
      // What the model saw in what was taken back it does not know.
      if (events.some(({ type }) => type === 'history.rewound')) this.#seen.clear()
      if (events.some(({ type }) => type === 'history.rewound' || type === 'turn.ended')) this.#held.clear()
    })
    this.#unwatchRules = ports.rules.watch(() => {
      this.#rulesChanged = true
      this.wake()
    })
    const choice = (): ModelChoice => (journal.state.turn && this.#choice) || ports.model()
    this.#purse = within?.purse ?? createPurse({ ports, journal, failed: this.failed })
    this.#quality = createQualityDesk({
      ports,
      journal,
      choice,
      beginWith: (stronger) => void (this.#choice = stronger),
      isSpent: async () => (await this.#purse.reached()) !== undefined,
      signal: () => this.#abort.signal,
    })
    this.#compactor = createCompactor({
      ports,
      journal,
      choice,
      hooks: this.#hooks,
      isStopped: () => this.#abort.signal.aborted,
      reached: () => this.#purse.reached(),
      wake: () => this.wake(),
    })
    this.#agents = within
      ? NO_DESK
      : createDesk({ ports, journal, registry: driving.registry, drive: (over) => createDriver({ ...over, within: this.#shared() }) })
  }

  /** For those that work in this session. */
  #shared(): Within {
    return { egress: this.egress, secrets: this.#secrets, purse: this.#purse, system: agentPrompt(this.#driving.ports.hands.caps) }
  }

  get stopped(): AbortSignal {
    return this.#abort.signal
  }

  toolIdentity(name: string): string | undefined {
    const tool = this.#driving.registry.get(name)
    return name === FETCH_TOOL ? FETCH_IDENTITY : tool && identityOf(tool)
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
      if (!this.#closed) this.#driving.halted(loopFault(error))
    })
  }

  async stop(taken: readonly number[] = []): Promise<void> {
    const { journal } = this.#driving
    const compacting = this.#compactor.stop()
    if (!journal.state.turn) {
      this.#abort.abort()
      this.#abort = new AbortController()
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

  async retry(taken: readonly number[] = [], before: () => readonly Fact[] = NONE): Promise<void> {
    const { ports, journal } = this.#driving
    const { state } = journal
    // While an answer streams there is no wait to end.
    if (state.request?.failed) this.#pause.abort()
    await this.#agents.tell('retry')
    if (state.turn || !state.stopped || state.stopped.stop === 'end') return journal.write(async () => ({ facts: before(), taken }))
    // The person says that the key is worth a try, or that it was paid.
    const { endpoint } = ports.model().model
    const code = state.stopped.failure?.code
    if (endpoint !== undefined && (code === 'rejected_key' || code === 'spend_limit')) await ports.breaker.trustKey(endpoint)
    // The rows that ask for it go with what they lead to: whoever dies in between leaves them to the next writer.
    const delivered = await deliver(this.#driving, () => this.#openingAfter(before), { taken })
    if (!delivered) await this.#startTurn(taken, before)
    this.wake()
  }

  async online(): Promise<void> {
    const { state } = this.#driving.journal
    await this.#agents.tell('online')
    if (state.turn) {
      if (wantsNetwork(state.request?.failed?.failure)) this.#pause.abort()
    } else if (wantsNetwork(state.stopped?.failure)) await this.retry()
  }

  leave(): Promise<void> {
    return this.#closed || this.#driving.journal.state.turn ? Promise.resolve() : this.#hooks.leave('other')
  }

  close(): void {
    this.#closed = true
    // First: what the abort ends must not be written as if the person had stopped it.
    this.#driving.journal.close()
    this.#abort.abort()
    this.#pause.abort()
    this.#agents.close()
    this.#compactor.close()
    this.#unwatchRules()
    if (!this.#driving.within) this.#secrets.close()
  }

  async #run(): Promise<void> {
    const { journal, registry } = this.#driving
    while (!this.#closed) {
      this.#again = false
      await journal.sure()
      await this.egress.endLost()
      await this.#endMode()
      await this.#judgeAnew()
      if (this.#stopping) await this.#interrupt()
      if (!journal.state.turn && !(await deliver(this.#driving, this.#opening))) await beginRequested(this.#driving, this.#opening)
      const summary = await this.#compactor.look()
      if (summary === 'wait') await this.#compactor.arrived()
      if (summary !== 'go') continue
      const action = step(journal.state, (name) => registry.get(name)?.spec, this.#driving.within && AGENT_ANSWERS)
      if (action.type !== 'idle' && action.type !== 'wait-decision') await this.#act(action)
      else if (!this.#again) break
    }
    // In the same tick as the last look at `again`: a wake that comes later starts a new run.
    this.#running = false
  }

  /** Before anything is judged: what another worker was allowed is not allowed to this one. */
  async #endMode(): Promise<void> {
    const { journal } = this.#driving
    const inherited = this.#inherited
    this.#inherited = undefined
    if (inherited === undefined || journal.state.mode !== inherited) return
    const facts = reopened(inherited)
    if (facts.length > 0) await journal.write({ facts })
  }

  #calling(): Calling {
    const { ports, journal, registry } = this.#driving
    return {
      journal,
      ports,
      registry,
      egress: this.egress,
      agents: this.#agents,
      secrets: this.#secrets,
      hooks: this.#hooks,
      signal: this.#abort.signal,
      seen: this.#seen,
      held: this.#held,
      failed: this.failed,
    }
  }

  /** What waits for an answer, by the rules of now. */
  async #judgeAnew(): Promise<void> {
    if (!this.#rulesChanged) return
    this.#rulesChanged = false
    await judgeAskedAnew(this.#calling())
    await this.egress.judgeAnew()
  }

  async #act(action: Exclude<Action, { type: 'idle' | 'wait-decision' }>): Promise<void> {
    const { ports, journal } = this.#driving
    const calling = this.#calling()
    switch (action.type) {
      case 'start-turn':
        return this.#startTurn()
      case 'note-lost-request':
        return noteLostRequest(journal, ports)
      case 'wait-retry':
        return this.#askAgain(action)
      case 'request':
        return (await this.#hooks.begin(journal.state.model ?? '')) || this.#stopping ? undefined : this.#ask(1, true, action.nudge)
      case 'note-lost-call':
        return noteLostCall(calling, action.call)
      case 'judge':
        return judgeOne(calling, action.call)
      case 'run':
        return runAll(calling, action.calls)
      case 'answer':
        return endAnswered(calling, action.call)
      case 'settle':
        return settleOne(calling, action.call, action.why)
      case 'end-turn':
        if ((await this.#quality.before(action)) || (action.stop === 'end' && (await this.#hooks.onStop()))) return undefined
        return journal.write({ facts: endOf(action) })
      default:
        return assertNever(action)
    }
  }

  /** With the model that the turn started with; after a restart, with the one that is chosen now. */
  async #ask(attempt: number, steers: boolean, nudge?: Asking['nudge']): Promise<void> {
    const { ports, journal, registry } = this.#driving
    // A new one for each request, not for each wait: whoever hears that it failed may end the wait before it began.
    this.#pause = new AbortController()
    this.#choice ??= modelOfTurn(ports, journal.state.model)
    const choice = this.#choice
    const reached = await this.#purse.reached()
    if (reached) return journal.write({ facts: stopAt(reached) })
    const began = journal.state.model
    // The scripted model does not put words into a real conversation, nor a real one into the tour's.
    if (began !== undefined && began !== choice.info.id && (choice.info.id === DEMO_MODEL_ID || began === DEMO_MODEL_ID)) {
      return journal.write({ facts: [{ type: 'turn.ended', data: { stop: 'failed', failure: unreachable(began) } }] })
    }
    // A stop that came before this request is for the loop to see.
    if (this.#stopping) return
    await askWatched({
      journal,
      ports,
      registry,
      choice,
      system: this.#driving.within?.system ?? systemPrompt(ports.hands.caps),
      attempt,
      steers,
      nudge,
      signal: this.#abort.signal,
      isStopped: () => this.#stopping,
      failed: this.failed,
    })
  }

  /** Waits, then asks with the same bytes. A wait that was slept through says nothing about the server: its tries count anew. */
  async #askAgain({ until, attempt }: Extract<Action, { type: 'wait-retry' }>): Promise<void> {
    const { clock } = this.#driving.ports
    if (!this.#stopping) await sleepUntil(clock, deadline(clock, until, LONGEST_PAUSE_MS), this.#pause.signal)
    if (!this.#stopping) await this.#ask(clock.now() - until > SLEPT_MS ? 1 : attempt, false)
  }

  async #startTurn(taken: readonly number[] = [], before: () => readonly Fact[] = NONE): Promise<void> {
    const { journal } = this.#driving
    // Looked at in its place in the row of entries: while somebody looked for messages a turn may have begun, and ended.
    await journal.write(async () => ({
      facts: journal.state.turn ? [] : isAnswered(journal) ? before() : await this.#openingAfter(before),
      taken,
    }))
  }

  async #openingAfter(before: () => readonly Fact[]): Promise<readonly Fact[]> {
    return [...before(), ...(await this.#opening())]
  }

  /** What opens a turn. */
  readonly #opening = async (): Promise<readonly Fact[]> => {
    const { journal, ports } = this.#driving
    const choice = ports.model()
    this.#choice = choice
    const loaded = await changedInstructions(ports.workspace, ports.text, journal.state)
    return [{ type: 'turn.started', data: turnSettings(choice) }, ...loaded]
  }

  readonly failed = (error: unknown): void => {
    if (!this.#closed) this.#driving.halted(loopFault(error))
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
