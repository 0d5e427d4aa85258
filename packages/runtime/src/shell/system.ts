import type { Command } from './commands/command'
import type { Net } from './net'
import type { ProcessTable } from './processes/process-table'
import type { FileTree } from './tree/file-tree'

/** What all shells and commands of one kernel share. */
export interface System {
  readonly tree: FileTree
  readonly processes: ProcessTable
  /** Every command by name; `which`, `command -v`, completion and "not found" read it. */
  readonly commands: ReadonlyMap<string, Command>
  readonly clock: ShellClock
  /** Asked in every loop that may be long: throws when the kernel is to end what runs, tells the host that it lives. Cheap. */
  tick(): void
  /** Something to wait for when messages must be let in, else undefined. Asked between commands and between chunks. */
  breathe(): Promise<void> | undefined
  /** The way to the network; without it there is none. */
  readonly net?: Net
  /** One sentence about a known program that is not there. Undefined: nobody knows that name. */
  lacking?(name: string): string | undefined
  /** Random bytes. */
  random(bytes: Uint8Array<ArrayBuffer>): Uint8Array
}

/** Time as commands see it. */
export interface ShellClock {
  /** Milliseconds since 1970. */
  now(): number
  /** Milliseconds of no particular start, steady. */
  steady(): number
  /** @throws what `signal` was aborted with */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}
