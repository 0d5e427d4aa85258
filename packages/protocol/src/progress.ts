import type { Bill, Usage } from './content'

/** What a session was asked for, did, does and has left: a fold over its facts. Every text is one line, shortened for a page. */
export interface Progress {
  /** What the person asked for, oldest first: first lines of their messages. */
  readonly goal: readonly ProgressLine[]
  readonly done: readonly ProgressStep[]
  /** Under way, or waiting for a person. */
  readonly inHand: readonly ProgressItem[]
  readonly left: readonly ProgressItem[]
  /** Lines that are not in the lists above, because a long session would not be readable with them: the older ones. */
  readonly omitted: { readonly goal: number; readonly done: number; readonly left: number }
  readonly totals: ProgressTotals
  readonly metrics: readonly Metric[]
}

/**
 * How well a session goes. A task is a turn that nobody stopped. `steps`, `tokens`, `cost`: of a task, on average; `errors`: share of calls that
 * failed; `loops`: circles; `done`: share of tasks that came to their end; `asked`: share that ended with a question to the person;
 * `latency`: milliseconds that 95 of 100 answers took at most; `cache`: share of what was read that came from the cache.
 */
export interface Metric {
  readonly name:
    | 'steps'
    | 'errors'
    | 'loops'
    | 'tokens'
    | 'done'
    | 'cost'
    | 'asked'
    | 'restores'
    | 'blocks'
    | 'latency'
    | 'cache'
    | 'mismatches'
    | 'unknown'
  /** Absent while nothing says anything about it. */
  readonly value?: number
  readonly isAlarm: boolean
}

/** One line of the page. `seq` is the fact it comes from, `at` the wall clock of it. */
export interface ProgressLine {
  readonly seq: number
  readonly at: number
  readonly text: string
}

/** Something that was done, and how it went. */
export interface ProgressStep extends ProgressLine {
  readonly kind:
    | 'asked'
    | 'answered'
    | 'file'
    | 'command'
    | 'tool'
    | 'checkpoint'
    | 'restored'
    | 'rewound'
    | 'summarised'
    | 'folder'
    | 'stopped'
  readonly result: 'ok' | 'failed' | 'denied' | 'unknown'
  /** Lines added and removed, of a file. */
  readonly lines?: { readonly added: number; readonly removed: number }
  readonly exitCode?: number
  /** Tests that a command ran, where it said so. */
  readonly tests?: { readonly passed: number; readonly failed: number }
}

/** Something that is not done. */
export interface ProgressItem extends ProgressLine {
  readonly kind: 'running' | 'approval' | 'lost' | 'answering' | 'retrying' | 'queued' | 'unreviewed' | 'failed'
}

/** What the session took so far, what was rewound included. */
export interface ProgressTotals {
  readonly turns: number
  readonly answers: number
  readonly calls: { readonly done: number; readonly failed: number; readonly denied: number; readonly unknown: number }
  readonly files: number
  readonly tokens: Usage
  /** Every line of the provider's bill, added up by model. */
  readonly bills: readonly Bill[]
  /** US dollars; undefined where the price of a model is not known. */
  readonly cost?: number
  /** Milliseconds in which a turn was open. */
  readonly workedMs: number
  /** Wall clock of the first and the newest fact. */
  readonly from: number
  readonly to: number
}
