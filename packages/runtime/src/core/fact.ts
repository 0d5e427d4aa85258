import type { SessionEventMap, SessionEventType } from '@tabwright/protocol'

/** A fact as the loop drafts it: the journal adds agent and trace. */
export type Fact = { [K in SessionEventType]: { readonly type: K; readonly data: SessionEventMap[K] } }[SessionEventType]
