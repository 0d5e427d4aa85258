/** What set a bit of a session, in words and when. */
export interface TaintLeg {
  /** A clause, such as `an answer from example.org`. */
  readonly source: string
  /** Number of the fact that set it. */
  readonly seq: number
  readonly at: number
  /** Of what is private: nothing but what the worker of this identity gave. It leaves nowhere when it goes back there. */
  readonly keeper?: string
}

/**
 * What came together in a session. With all three, somebody's words may send what is yours to somewhere: then each request is asked about.
 * None of them is ever taken back; the way out can be closed.
 */
export interface SessionTaint {
  /** It read what others wrote. */
  readonly untrusted?: TaintLeg
  /** It holds what is not public. */
  readonly private?: TaintLeg
  /** It has sent something. */
  readonly egress?: TaintLeg
  /** Something tried to send the decoy token, which nobody has a use for; it was stopped. */
  readonly alarm?: TaintLeg
  /** What a person brought in and the agent has not read yet, in words. */
  readonly unread?: string
  /** A person closed the way to the network for this session. */
  readonly isClosed: boolean
}

/** Nothing came in, nothing went out. */
export const NO_TAINT: SessionTaint = { isClosed: false }
