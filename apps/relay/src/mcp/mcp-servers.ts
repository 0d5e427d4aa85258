import type { Identity } from '../engine/identity'
import type { Refusal } from '../refusal'
import type { Hop } from '../telemetry/hops'

/** The servers of the operator's file, each offered as functions for as long as it is there. */
export interface Mcp {
  list(): readonly McpEntry[]
  /** Where a person signs in; undefined where there is no such server or nothing to sign in to. @throws Error with a sentence */
  signIn(server: string): Promise<string | undefined>
  /** What the sign-in brought back. @throws Error with a sentence */
  finishSignIn(params: URLSearchParams): Promise<string>
  /** Forgets what was given. False: nothing was kept. */
  signOut(server: string): boolean
  /** A request of a client of the protocol to a server of that name. Undefined: there is none. */
  reach(server: string, asking: McpAsking): Promise<Response> | Refusal | undefined
  start(): void
  close(): Promise<void>
}

/** Who asks a server through the relay, and what. */
export interface McpAsking {
  readonly request: Request
  readonly as: Identity
  /** Of the request, in bytes. */
  readonly limit: number
  /** A call of a function begins, in this trace of its caller's. */
  readonly begin: (functionId: string, traceparent: string | undefined) => Hop
  /** Aborts when the answer is over, or nobody waits for it any more. */
  readonly gone: AbortSignal
}

/** A server as it is told of. Never where its program lies or what it is called with. */
export interface McpEntry {
  readonly name: string
  /** Its host, or that it is a program of this machine. */
  readonly where: string
  readonly signsIn: boolean
  readonly state: McpState
  /** What it offers now, with the beginning of what it says of it. */
  readonly tools: readonly { readonly id: string; readonly description: string }[]
}

/** Where a server stands, in words that Settings shows. */
export type McpState =
  | { readonly type: 'connecting' }
  | { readonly type: 'connected'; readonly tools: number }
  /** Nobody has signed in to it, or what was given is no longer taken. */
  | { readonly type: 'needs-sign-in' }
  | { readonly type: 'failed'; readonly message: string }

/** Where the operator's file names none: nothing of the protocol is loaded. */
export const NO_MCP: Mcp = {
  list: () => [],
  signIn: () => Promise.resolve(undefined),
  finishSignIn: () => Promise.reject(new Error('This relay has no MCP servers.')),
  signOut: () => false,
  reach: () => undefined,
  start: () => undefined,
  close: () => Promise.resolve(),
}
