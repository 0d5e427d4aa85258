import type { CallId, Digest, Failure, Resolution, RestoreOptions } from '@tabwright/protocol'
import type { SessionStore } from '@tabwright/runtime/memory-store'
import type { Tool } from '@tabwright/runtime/harness'
import type { Life } from './schedule'

/** A permission card, or a call whose end is unknown, as it is shown. */
export interface Shown {
  readonly call: CallId
  readonly digest: Digest
  readonly tool: string
  readonly input: string
}

/** An answer to a card. */
export interface Decided extends Pick<Shown, 'call' | 'digest'> {
  readonly answer: 'deny' | 'once' | 'session'
  readonly note?: string
}

/** What a person sees and can do in a tab that writes. */
export interface Desk {
  card(): Shown | undefined
  unknown(): Shown | undefined
  hasTurn(): boolean
  /** The newest turn ended with a failure that trying again may help. */
  hasFailed(): boolean
  /** A call has started and not ended. */
  runs(): boolean
  /** The model was asked and has not answered. */
  streams(): boolean
  send(text: string): Promise<void>
  stop(): Promise<void>
  retry(): Promise<void>
  compact(instructions: string): Promise<void>
  decide(answer: Decided): Promise<void>
  resolve(answer: Pick<Shown, 'call' | 'digest'> & { readonly choice: Resolution }): Promise<void>
  save(path: string, text: string): Promise<unknown>
  /** Runs a command in the terminal. */
  type(command: string): Promise<unknown>
  restore(options: RestoreOptions): Promise<unknown>
  review(path: string, decision: 'accepted' | 'rejected'): Promise<unknown>
}

/** One life of a tab: what a kill ends. */
export interface Tab {
  readonly life: Life
  readonly store: SessionStore
  readonly tools: readonly Tool[]
  readonly role: 'opening' | 'writer' | 'follower' | 'readonly' | 'failed'
  /** Why it stands still: shown to the person, who can go on from there. */
  readonly halted: Failure | undefined
  /** `undefined` while it opens and in a follower. */
  readonly desk: Desk | undefined
  /** Files as this tab has them, `path hash`. */
  files(): Promise<readonly string[]>
  /** What the page shows, where there is one. */
  page(): object | undefined
  /** What the loop holds, where it can be looked at. */
  held(): { readonly state: object; readonly wire: readonly object[] } | undefined
  /** The person says that there is room, or that it is worth a try. */
  goOn(): void
  /** Takes the session from whoever has it. */
  takeOver(): void
}
