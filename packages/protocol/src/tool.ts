import type { ImageContent } from './content'
import type { Failure } from './failure'
import type { JsonObject } from './json'

/**
 * What may be done about a call whose end is unknown after a crash.
 * `pure`: run again. `tx`: run again, its changes commit together with its result. `keyed`: run again with the same key.
 * `ask`: never repeated; the person and the model are told that the outcome is unknown.
 */
export type EffectClass = 'pure' | 'tx' | 'keyed' | 'ask'

/** A function that the model may call. `input` is a JSON Schema of type object. */
export interface ToolSpec {
  readonly name: string
  readonly description: string
  readonly input: JsonObject
  readonly effect: EffectClass
  /** Read-only calls of one batch run side by side; all others run alone, in order. */
  readonly readOnly: boolean
}

/** How a call ended. `text` is what the model reads, already shortened for its first and only send. */
export type Outcome =
  | {
      readonly type: 'done'
      readonly text: string
      readonly detail?: OutcomeDetail
      /** Pictures that the model is shown behind the text. */
      readonly images?: readonly ImageContent[]
    }
  | { readonly type: 'failed'; readonly text: string; readonly failure: Failure; readonly detail?: OutcomeDetail }
  | { readonly type: 'denied'; readonly text: string; readonly note?: string }
  | { readonly type: 'skipped'; readonly text: string }
  | { readonly type: 'interrupted'; readonly text: string }
  | { readonly type: 'unknown'; readonly text: string }

/** What a card shows beyond the text. All fields are small; long output lives in a workspace file named by `full`. */
export interface OutcomeDetail {
  readonly exitCode?: number
  /** Files this call changed, with line counts. */
  readonly files?: readonly { readonly path: string; readonly added: number; readonly removed: number }[]
  /** Path that `read_file` can page when the text was shortened. */
  readonly full?: string
  /** One line for the folded card, such as "14 matches in 6 files". */
  readonly summary?: string
}
