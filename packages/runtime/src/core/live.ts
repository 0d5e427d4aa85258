import type { CallId } from '@tabwright/protocol'

/** What happens between two facts. Shown at once, never stored, may be lost. */
export type LiveUpdate =
  /** A new attempt begins: what was streamed before is void. */
  | { readonly type: 'request' }
  | {
      readonly type: 'delta'
      readonly index: number
      readonly kind: 'text' | 'thinking' | 'input'
      readonly text: string
      readonly name?: string
      readonly id?: string
    }
  | { readonly type: 'silent'; readonly ms: number }
  | { readonly type: 'output'; readonly call: CallId; readonly text: string }
