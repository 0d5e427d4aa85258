import type { CallId, ModelEvent } from '@tabwright/protocol'

/** What happens between two facts. Shown at once, never stored, may be lost. */
export type LiveUpdate =
  /** A new attempt begins: what was streamed before is void. */
  | { readonly type: 'request' }
  | Extract<ModelEvent, { readonly type: 'delta' | 'silent' }>
  | { readonly type: 'output'; readonly call: CallId; readonly text: string }
