import type { Mode } from '@tabwright/protocol'

/** What an agent asks of a sub-agent. */
export interface TaskWish {
  readonly title: string
  readonly prompt: string
  /** Default: all that a sub-agent may have. */
  readonly tools?: readonly string[] | undefined
  /** Default: the session's. */
  readonly mode?: Mode | undefined
}
