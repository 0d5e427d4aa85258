import type { Process } from '../../processes/process'
import type { Signal } from '../../signals'
import { Jump } from '../shell-error'
import type { Executor } from './executor'
import { faultTold } from './programs'

/** Signals that arrived and traps that wait for them, of one shell. */
export class TrapDesk {
  readonly #executor: Executor
  #pending: Signal[] = []
  #watchers: ((signal: Signal) => void)[] = []
  /** The command that a trap is about, while it runs. */
  commandText: string | undefined
  /** The status before the trap `EXIT`, while that runs. */
  status: number | undefined
  readonly #running = new Set<string>()
  #ignored: ReadonlySet<Signal> = new Set()

  constructor(executor: Executor) {
    this.#executor = executor
    executor.process.onSignal = (signal) => this.#take(signal)
  }

  get isWaiting(): boolean {
    return this.#pending.length > 0
  }

  /** What a child does not inherit: traps, but for signals that are ignored. */
  enterChild(ignoresKeyboard: boolean): void {
    const { state } = this.#executor
    if (state.traps.size > 0) state.outerTraps = new Map(state.traps)
    for (const [name, text] of state.traps) {
      const stays =
        text === '' || (name === 'ERR' && state.has('errtrace')) || ((name === 'DEBUG' || name === 'RETURN') && state.has('functrace'))
      if (!stays) state.traps.delete(name)
    }
    if (ignoresKeyboard) this.#ignored = new Set(['INT', 'QUIT'])
  }

  #take(signal: Signal): boolean {
    const text = this.#executor.state.traps.get(signal)
    if (text === '') return true
    if (text === undefined) return this.#ignored.has(signal)
    this.#pending.push(signal)
    const watchers = this.#watchers
    this.#watchers = []
    for (const wake of watchers) wake(signal)
    return true
  }

  next(): Promise<Signal> {
    return new Promise((resolve) => this.#watchers.push(resolve))
  }

  /** Runs the traps of the signals that arrived. */
  async run(): Promise<void> {
    for (let signal = this.#pending.shift(); signal !== undefined; signal = this.#pending.shift()) {
      const text = this.#executor.state.traps.get(signal)
      if (text !== undefined && text !== '') await this.#runText(text)
    }
  }

  async runNamed(name: 'EXIT' | 'ERR' | 'DEBUG' | 'RETURN'): Promise<void> {
    const { state } = this.#executor
    const text = state.traps.get(name)
    if (text === undefined || text === '' || this.#running.has(name)) return
    if (name === 'EXIT') {
      state.traps.delete('EXIT')
      this.status = state.status
    }
    this.#running.add(name)
    const outer = this.commandText
    this.commandText = this.#executor.commandText
    try {
      await this.#runText(text, name === 'ERR' || name === 'DEBUG' || name === 'RETURN' ? this.#executor.line : 1)
    } finally {
      this.commandText = outer
      this.#running.delete(name)
    }
  }

  async #runText(text: string, first = 1): Promise<void> {
    const executor = this.#executor
    const { status, pipeStatus, lastArgument } = executor.state
    await executor.runText({ text, name: executor.source.name, first, place: 'trap' })
    executor.state.status = status
    executor.state.pipeStatus = pipeStatus
    executor.state.lastArgument = lastArgument
  }

  /** A shell that a signal ends still runs its `EXIT` trap: in a process of its own, as its own can do nothing more. */
  async runLast(signal: Signal): Promise<void> {
    const { process, system, state } = this.#executor
    const text = state.traps.get('EXIT')
    if (text === undefined || text === '' || signal === 'KILL') return
    state.traps.delete('EXIT')
    const child: Process = system.processes.spawn({
      parent: process,
      title: process.title,
      files: process.files,
      body: async (own) => {
        try {
          await this.#executor.onProcess(own).runText({ text, name: this.#executor.source.name, place: 'exit trap' })
        } catch (thrown) {
          if (!(thrown instanceof Jump)) throw thrown
        }
        return state.status
      },
      onFault: faultTold,
    })
    await child.ended()
  }
}
