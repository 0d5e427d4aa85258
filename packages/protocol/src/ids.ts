/** Branded ids. The makers below are the only way to get one; each refuses what could not be an id. */
declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

export type SessionId = Branded<'SessionId'>
export type AgentId = Branded<'AgentId'>
/** The model's own id of a tool call (`toolu_…`): unique within a session. */
export type CallId = Branded<'CallId'>
export type TraceId = Branded<'TraceId'>
export type LeaseId = Branded<'LeaseId'>
/** SHA-256 in lower-case hex. */
export type Digest = Branded<'Digest'>
/** SHA-256 of a file's bytes, lower-case hex. */
export type BlobHash = Branded<'BlobHash'>

const ID = /^[A-Za-z0-9_.:-]{1,128}$/
const HEX = /^[0-9a-f]{64}$/

function checked(kind: string, shape: RegExp, text: string): string {
  if (!shape.test(text)) throw new TypeError(`not a ${kind}: ${JSON.stringify(text.slice(0, 80))}`)
  return text
}

export const sessionId = (text: string): SessionId => checked('session id', ID, text) as SessionId
export const agentId = (text: string): AgentId => checked('agent id', ID, text) as AgentId
export const callId = (text: string): CallId => checked('call id', ID, text) as CallId
export const traceId = (text: string): TraceId => checked('trace id', ID, text) as TraceId
export const leaseId = (text: string): LeaseId => checked('lease id', ID, text) as LeaseId
export const digestOf = (hex: string): Digest => checked('digest', HEX, hex) as Digest
export const blobHash = (hex: string): BlobHash => checked('blob hash', HEX, hex) as BlobHash

/** The agent that talks with the person; sub-agents get their own ids. */
export const MAIN_AGENT: AgentId = agentId('main')

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz'

/** 26 characters that sort by time: 48 bits of milliseconds, then 80 random bits. `random` gives bytes. */
export function ulid(now: number, random: (bytes: number) => Uint8Array): string {
  let time = ''
  for (let rest = Math.floor(now), i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = CROCKFORD.charAt(rest % 32) + time
  return time + Array.from(random(16), (byte) => CROCKFORD.charAt(byte % 32)).join('')
}
