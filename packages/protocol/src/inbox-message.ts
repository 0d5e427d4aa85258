import type { Attachment } from './attachment'
import type { CallId, Digest } from './ids'
import type { LimitRaised } from './limits'
import type { Mode } from './permission'
import type { PersonAnswer } from './question'
import type { Hunk } from './review'
import type { Resolution, SessionEventMap } from './session-event'

/** What a person, in whichever tab, tells a session. Only the session's writer acts on it. */
export type InboxMessage =
  /** `by`: a worker of this name wrote it, and not the person. `traceparent`: the turn that it begins is a part of this trace. */
  | {
      readonly type: 'message'
      readonly text: string
      readonly attachments?: readonly Attachment[]
      /** Left out: with the next request. */
      readonly when?: Exclude<Delivery, 'step'>
      /** It waits until the person says otherwise. */
      readonly paused?: true
      readonly by?: string
      readonly traceparent?: string
    }
  /** A call that another program wants: see the fact `call.requested`. */
  | ({ readonly type: 'execute'; readonly traceparent?: string } & SessionEventMap['call.requested'])
  | { readonly type: 'decide'; readonly answer: InboxAnswer }
  | { readonly type: 'resolve'; readonly call: CallId; readonly digest: Digest; readonly choice: Resolution }
  | { readonly type: 'answer'; readonly call: CallId; readonly answer: PersonAnswer }
  | { readonly type: 'compact'; readonly instructions?: string }
  | { readonly type: 'edit'; readonly edit: CallEdit }
  | { readonly type: 'mode'; readonly mode: Mode }
  /** `automatic`: the app's choice for a person who left it to it, with its reason as a clause. */
  | ({ readonly type: 'hands'; readonly automatic?: string } & Pick<SessionEventMap['hands.chosen'], 'hands'>)
  | ({ readonly type: 'raise' } & LimitRaised)
  | { readonly type: 'network'; readonly open: boolean }
  | { readonly type: 'revoke'; readonly rule: string }
  | { readonly type: 'stop' }
  | { readonly type: 'retry' }

/**
 * When a message is delivered. `step`: with the next request. `after`: when the turn that is open has ended, one such message a turn.
 * `now`: as `step`, though the person stopped the agent or paused the queue.
 */
export type Delivery = 'step' | 'after' | 'now'

/** What becomes of a message that waits: what is left out stays as it is. */
export interface QueuedChange {
  readonly text?: string
  readonly when?: Delivery
  readonly paused?: boolean
}

type Message = Extract<InboxMessage, { readonly type: 'message' }>

/** What goes with the text of a message. */
export type Sending = Pick<Message, 'attachments' | 'when'>

/** The message as the person changed it. One that is to go now waits for nothing any more. */
export function changedMessage({ when, paused, ...message }: Message, change: QueuedChange): Message {
  const next = change.when ?? when ?? 'step'
  const isPaused = next !== 'now' && (change.paused ?? paused ?? false)
  return { ...message, text: change.text ?? message.text, ...(next !== 'step' && { when: next }), ...(isPaused && { paused: true }) }
}

/** A person's answer to a permission card. */
export interface InboxAnswer {
  readonly call: CallId
  readonly digest: Digest
  /** `session` and `project` also keep a rule: the one that was offered, or the broader one. */
  readonly answer: 'deny' | 'once' | 'session' | 'project'
  readonly rule?: 'narrow' | 'broad'
  readonly note?: string
  /** Edits of the same answer that may pass with this one, each as it was shown. */
  readonly also?: readonly { readonly call: CallId; readonly digest: Digest }[]
}

/** Another call in place of one that a person is asked about: it is judged, shown and run as they changed it. */
export type CallEdit = { readonly call: CallId; readonly digest: Digest } & (
  | { readonly type: 'command'; readonly command: string }
  /** Of an edit without these parts. `base`: version of the file that a whole new content was compared with; `null` for a part of a file. */
  | { readonly type: 'parts'; readonly refused: readonly Hunk[]; readonly base: number | null; readonly why?: string }
  /** A person changed the file while its edit waited: what both come to, as a whole content. `base`: version of the file that they saw. */
  | { readonly type: 'merged'; readonly text: string; readonly base: number }
)

export interface InboxRow {
  readonly n: number
  readonly at: number
  readonly message: InboxMessage
}
