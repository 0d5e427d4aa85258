import type { TurnStop, Usage } from '@tabwright/protocol'
import type { EvalTask } from './task-list'

/** What is done where the product asks a person: nobody is there, so it is one of these two for all that is asked. */
export type PromptPolicy = 'deny' | 'allow'

/** How much one task may take. */
export interface Budget {
  readonly steps: number
  readonly minutes: number
}

/** Went wrong after the wish was sent: the model may have brought it about, so it counts. */
export class BrokenWork extends Error {}

/** What is done once the wish was sent. @throws BrokenWork for whatever is thrown there */
export async function afterTheWish<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw new BrokenWork(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** A task and what it is to be worked on with. */
export interface DriveOptions {
  readonly task: EvalTask
  /** Model of the Messages API, by its id there. */
  readonly model: string
  /** Origin of a Messages API. */
  readonly baseUrl: string
  readonly key: string
  readonly budget: Budget
  readonly policy: PromptPolicy
}

/** One call of a tool, as the log has it. */
export interface RanCall {
  readonly tool: string
  /** It did what it was called for; a command ended with 0. */
  readonly isDone: boolean
  /** What the model read of it. */
  readonly text: string
}

/** How the work on a task went. */
export interface Driven {
  /** Of the workspace, in the end, without what was installed. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** How the turn ended; undefined: its time was over. */
  readonly stop: TurnStop | undefined
  /** Answers of the model. */
  readonly steps: number
  readonly calls: readonly RanCall[]
  readonly tokens: Usage
  /** US dollars; undefined where the price of the model is not known. */
  readonly cost: number | undefined
  /** Permission cards and questions that came up. */
  readonly prompts: number
  readonly ms: number
}
