import type { Digest, FailureCode, JsonObject, Resolution } from '@tabwright/protocol'
import type { Person } from './person'

/** One answer of the scripted model. */
export interface Answering {
  readonly text?: string
  readonly calls?: readonly { readonly tool: string; readonly input: JsonObject }[]
  readonly stop?: string
  /** What the first tries get instead. */
  readonly fails?: readonly Trouble[]
}

/** A request that is answered by an error. */
export interface Trouble {
  readonly code: FailureCode
  readonly retryAfterMs?: number
}

/** What the person says to a card. */
export type Card = { readonly answer: 'deny' | 'once' | 'session'; readonly note?: string }

/** A story that is told again and again, each time with something else going wrong. */
export interface Scenario {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  /** Answers to a message by its mark, such as `[a]`: the model looks for the last mark and counts its own answers since. */
  readonly answers: Readonly<Record<string, readonly Answering[]>>
  /** What a person does. */
  readonly person: (person: Person) => Promise<void>
  readonly card?: (call: { readonly name: string; readonly input: string; readonly digest: Digest }) => Card
  /** What a person says of a call whose end is unknown. */
  readonly unknown?: Resolution
  /** The server does not make summaries of its own. */
  readonly knowsNoBlocks?: boolean
  /** Messages that the person took back or rewound: they need not be there. */
  readonly gone?: readonly string[]
}
