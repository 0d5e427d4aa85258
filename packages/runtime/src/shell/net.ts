import type { AnnouncedPush, FetchMethod, NetworkRefusal, NpmRead } from '@tabwright/protocol'
import type { Input } from './streams/stream'

/** One header: name as it is sent, value. */
export type NetHeader = readonly [name: string, value: string]

/** A request that a command wants sent. Whoever is behind {@link Net} asks the person first. */
export interface NetRequest {
  readonly method: FetchMethod
  /** `http:` or `https:`, without user name and password. */
  readonly url: string
  readonly headers: readonly NetHeader[]
  /** All of what is sent, in order; the person sees it, so it has to be there before. Not changed until the answer is here. */
  readonly body?: Uint8Array
  /** `follow`: five redirects at most, each a request that is asked about on its own. Default: a redirect is an answer like any other. */
  readonly redirect?: 'follow' | 'manual'
  /** What it is for, in a line or a few: shown to the person beside the bytes (`push main to origin: 1a2b3c4..5d6e7f8`). */
  readonly purpose: string
  /**
   * Sent with the token that the person keeps for this host (Settings › Git hosts), which never comes in here. Always asked about, so a
   * command tries without one first and comes back with `true` after a 401. Refused as `no-token` where none is kept.
   */
  readonly useToken?: boolean
  /** Milliseconds from the moment it is sent to its last byte; waiting for the person is not counted. */
  readonly timeoutMs?: number
  /** Milliseconds for the connection; the relay's own limit holds beside it. */
  readonly connectMs?: number
  /** Set by our own git alone: what it says is of a form that the host knows, and one answer may cover several such requests. */
  readonly byGit?: true
  /** Set by our own npm alone, as `byGit` is by git. */
  readonly npm?: NpmRead
  /** What git pushes after this question, which has no body of its own: the person may answer for both at once. Not told to where a redirect leads. */
  readonly announces?: AnnouncedPush
  /** What it was aborted with is thrown by `request` and by reading the body. */
  readonly signal: AbortSignal
}

/** The answer's head; its bytes come as they arrive. */
export interface NetAnswer {
  readonly status: number
  readonly statusText: string
  /** Of HTTP, as the server spoke it: `1.1`. */
  readonly version?: string | undefined
  /** That was asked last, after redirects. */
  readonly url: string
  /** In the order in which they came, without those about the connection (`transfer-encoding`, `keep-alive`). */
  readonly headers: readonly NetHeader[]
  /**
   * Undefined at the end; a break in the middle throws {@link NetRefusal} `cut`, so that a short body is never taken for a whole one.
   * Close it when the rest is not wanted.
   */
  readonly body: Input
}

/** Why nothing, or not all, came; `protocol/network.ts` says what each means. */
export type NetRefusalType = NetworkRefusal

/** A request that was not sent, or whose answer did not come whole. The message is one sentence for the person who reads the terminal. */
export class NetRefusal extends Error {
  readonly type: NetRefusalType

  constructor(type: NetRefusalType, message: string) {
    super(message)
    this.name = 'NetRefusal'
    this.type = type
  }
}

/** The way out of the sandbox. Every request is decided by the person or by a rule of theirs before anything is sent. */
export interface Net {
  /** Resolves when the head of the answer is here, whatever its status. @throws NetRefusal */
  request(request: NetRequest): Promise<NetAnswer>
}

/** What a command says where there is no {@link Net} at all. */
export const NO_NET = 'this sandbox has no network of its own, and no relay is there to ask; start it with npm start'
