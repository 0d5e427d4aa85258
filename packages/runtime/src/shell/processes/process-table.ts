import { FsError } from '../tree/fs-error'
import type { OpenFile } from '../streams/open-file'
import type { Signal } from '../signals'
import { exitOf, Process } from './process'

/** So many at once; more is a fork bomb, and is told as the kernel tells it. */
export const MAX_PROCESSES = 512
/** Whoever goes on trying that often does nothing else: its group is ended. */
const MAX_REFUSALS = 64

/** A process to start. */
export interface Spawn {
  readonly parent: Process | undefined
  /** A group of its own when left out. */
  readonly group?: number | undefined
  readonly title: string
  /** Retained here: the caller keeps its own hold. */
  readonly files: ReadonlyMap<number, OpenFile>
  /** Does the work and gives the exit code. Killed ends it as a signal does; anything else thrown is `onFault`'s. */
  body(process: Process): Promise<number>
  /** Words and code for a command that broke; shown to nobody else. */
  onFault(thrown: unknown, process: Process): Promise<number>
}

/** All processes of a kernel. Numbers are never given twice. */
export class ProcessTable {
  readonly #processes = new Map<number, Process>()
  #last = 1
  #refusals = 0
  /** Told when a group was ended because it wanted to be ever more. */
  onBomb: (() => void) | undefined

  get all(): readonly Process[] {
    return [...this.#processes.values()]
  }

  find(pid: number): Process | undefined {
    return this.#processes.get(pid)
  }

  /** @throws FsError EAGAIN when there are too many */
  spawn(spawn: Spawn): Process {
    if (this.#processes.size >= MAX_PROCESSES) return this.#refuse(spawn.group ?? spawn.parent?.group)
    this.#last += 1
    const pid = this.#last
    for (const file of spawn.files.values()) file.retain()
    const process = new Process({ pid, parent: spawn.parent, group: spawn.group ?? pid, title: spawn.title, files: spawn.files })
    this.#processes.set(pid, process)
    void this.#run(process, spawn)
    return process
  }

  /** Before another command line, whose refusals are its own. */
  forgetRefusals(): void {
    this.#refusals = 0
  }

  #refuse(group: number | undefined): never {
    this.#refusals += 1
    if (this.#refusals >= MAX_REFUSALS && group !== undefined) {
      this.#refusals = 0
      this.signalGroup(group, 'KILL')
      this.onBomb?.()
    }
    throw new FsError('EAGAIN', 'fork')
  }

  /** Signals every process of a group. False: there is none. */
  signalGroup(group: number, signal: Signal): boolean {
    const members = this.all.filter((process) => process.group === group)
    for (const process of members) process.deliver(signal)
    return members.length > 0
  }

  async #run(process: Process, spawn: Spawn): Promise<void> {
    try {
      process.finish({ code: await spawn.body(process) })
    } catch (thrown) {
      process.finish(exitOf(thrown) ?? { code: await this.#fault(process, thrown, spawn) })
    } finally {
      this.#processes.delete(process.pid)
    }
  }

  /** Words about a fault may themselves find nobody who reads them. */
  async #fault(process: Process, thrown: unknown, spawn: Spawn): Promise<number> {
    try {
      return await spawn.onFault(thrown, process)
    } catch (again) {
      return exitOf(again)?.code ?? 1
    }
  }
}
